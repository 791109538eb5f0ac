// The rows of the bench as data: which runtime runs which handler under which load. A row's floor
// is the cost of the same work without our code in between.

export type Row = {
  /** Its name on the command line and in the targets. */
  name: string;
  what: string;
  runtime: RuntimeName;
  handler?: string;
  settings?: Record<string, string>;
  floor?: string;
  load?: Load;
  /** Of a service, which is called and does not poll. */
  path?: string;
};

/** Which of the programs in runtimes.ts a row starts. */
export type RuntimeName =
  | "host"
  | "bootstrap"
  | "aws-lambda-ric"
  | "node"
  | "bytes"
  | "text"
  | "call"
  | "spawn-cat"
  | "spawn-page"
  | "call-fetch"
  | "call-web"
  | "http-echo"
  | "dev";

/** Sizes in bytes, gaps in milliseconds of idleness before each event; size 0: a request to a URL. */
export type Load = { events: number; warmUp: number; size: number; gapMs: number };

const fast: Load = { events: 8000, warmUp: 4000, size: 200, gapMs: 0 };
const children: Load = { events: 400, warmUp: 100, size: 200, gapMs: 0 };
const nodes: Load = { events: 25, warmUp: 4, size: 200, gapMs: 0 };
const big: Load = { events: 60, warmUp: 15, size: 5_000_000, gapMs: 0 };
const gap10: Load = { events: 120, warmUp: 15, size: 200, gapMs: 10 };
const gap100: Load = { events: 20, warmUp: 3, size: 200, gapMs: 100 };

const pages: Load = { events: 4000, warmUp: 2000, size: 0, gapMs: 0 };
const spawnedPages: Load = { events: 400, warmUp: 100, size: 0, gapMs: 0 };

// Three processes get warm: the client, the service, the host.
const calls: Load = { events: 5000, warmUp: 15000, size: 200, gapMs: 0 };
const slowCalls: Load = { events: 300, warmUp: 100, size: 200, gapMs: 0 };

const spawn = { STDLAMBDA_MODE: "spawn" };

/** All rows, in the order of the table; rows that are compared are near each other. */
export const rows: readonly Row[] = [
  { name: "node", what: "node -e 0, start to exit", runtime: "node" },
  { name: "bytes", what: "bare socket client, event's bytes", runtime: "bytes", load: fast },
  { name: "call", what: "bare socket client, direct call", runtime: "call", load: fast },
  {
    name: "function",
    what: "function in process",
    runtime: "host",
    handler: "echo-function.handler",
    floor: "call",
    load: fast,
  },
  {
    name: "bootstrap",
    what: "function, started by bootstrap (sh)",
    runtime: "bootstrap",
    handler: "echo-function.handler",
    floor: "call",
    load: fast,
  },
  {
    name: "ric",
    what: "aws-lambda-ric 4.0.2, function",
    runtime: "aws-lambda-ric",
    handler: "echo-function.handler",
    floor: "call",
    load: fast,
  },
  {
    name: "main",
    what: "main, script in process",
    runtime: "host",
    handler: "echo-main.mjs",
    settings: { STDLAMBDA_MODE: "main" },
    floor: "call",
    load: fast,
  },
  {
    name: "loop",
    what: "loop, Node script",
    runtime: "host",
    handler: "echo-loop.mjs",
    settings: { STDLAMBDA_MODE: "loop" },
    floor: "call",
    load: fast,
  },
  { name: "bare-spawn", what: "bare client, spawn of cat", runtime: "spawn-cat", load: children },
  {
    name: "spawn",
    what: "spawn of cat",
    runtime: "host",
    handler: "cmd:cat",
    settings: spawn,
    floor: "bare-spawn",
    load: children,
  },
  {
    name: "spawn-bash",
    what: "spawn of a bash script",
    runtime: "host",
    handler: "echo.bash",
    settings: spawn,
    floor: "bare-spawn",
    load: children,
  },
  {
    name: "bare-spawn-gap",
    what: "bare client, spawn of cat, 10 ms gaps",
    runtime: "spawn-cat",
    load: gap10,
  },
  {
    name: "prestart-gap",
    what: "prestart of cat, 10 ms gaps",
    runtime: "host",
    handler: "cmd:cat",
    settings: { STDLAMBDA_MODE: "prestart" },
    floor: "bare-spawn-gap",
    load: gap10,
  },
  {
    name: "spawn-ts",
    what: "spawn of a .ts, compile cache",
    runtime: "host",
    handler: "echo.ts",
    settings: spawn,
    floor: "node",
    load: nodes,
  },
  {
    name: "prefork-ts",
    what: "prefork of a .ts",
    runtime: "host",
    handler: "echo.ts",
    settings: { STDLAMBDA_MODE: "prefork" },
    floor: "node",
    load: nodes,
  },
  {
    name: "prefork-ts-gap",
    what: "prefork of a .ts, 100 ms gaps",
    runtime: "host",
    handler: "echo.ts",
    settings: { STDLAMBDA_MODE: "prefork" },
    floor: "node",
    load: gap100,
  },
  { name: "text-5mb", what: "bare socket client, text, 5 MB", runtime: "text", load: big },
  {
    name: "string-5mb",
    what: "function, string convention, 5 MB",
    runtime: "host",
    handler: "echo-function.text",
    settings: { STDLAMBDA_CONVENTION: "string" },
    floor: "text-5mb",
    load: big,
  },
  { name: "call-5mb", what: "bare socket client, direct call, 5 MB", runtime: "call", load: big },
  {
    name: "function-5mb",
    what: "function in process, 5 MB",
    runtime: "host",
    handler: "echo-function.handler",
    floor: "call-5mb",
    load: big,
  },
  {
    name: "ric-5mb",
    what: "aws-lambda-ric 4.0.2, function, 5 MB",
    runtime: "aws-lambda-ric",
    handler: "echo-function.handler",
    floor: "call-5mb",
    load: big,
  },
  {
    name: "bare-page",
    what: "bare client, page by spawn",
    runtime: "spawn-page",
    load: spawnedPages,
  },
  {
    name: "cgi",
    what: "CGI page by spawn",
    runtime: "host",
    handler: "page.sh",
    settings: spawn,
    floor: "bare-page",
    load: spawnedPages,
  },
  { name: "call-fetch", what: "bare client, call of fetch", runtime: "call-fetch", load: pages },
  {
    name: "fetch",
    what: "function of the Fetch API",
    runtime: "host",
    handler: "page.fetch",
    floor: "call-fetch",
    load: pages,
  },
  {
    name: "call-web",
    what: "bare client, node:http to a server",
    runtime: "call-web",
    load: pages,
  },
  {
    name: "web",
    what: "web, a node:http server",
    runtime: "host",
    handler: "page-server.mjs",
    settings: { STDLAMBDA_MODE: "web" },
    floor: "call-web",
    load: pages,
  },
  {
    name: "http-echo",
    what: "bare node:http echo server",
    runtime: "http-echo",
    path: "/",
    load: calls,
  },
  {
    name: "dev",
    what: "stdlambda dev, main",
    runtime: "dev",
    handler: "echo-main.mjs",
    path: "/2015-03-31/functions/echo-main/invocations",
    floor: "http-echo",
    load: calls,
  },
  {
    name: "dev-spawn",
    what: "stdlambda dev, spawn of a bash script",
    runtime: "dev",
    handler: "echo.bash",
    path: "/2015-03-31/functions/echo/invocations",
    floor: "http-echo",
    load: slowCalls,
  },
];
