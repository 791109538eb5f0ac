// The examples as data: what each is called with, what it needs, and where its answer stands.
import { readdirSync } from "node:fs";
import { join } from "node:path";

export interface Example {
  folder: string;
  /** The handler setting, as the folder's README gives it. */
  handler: string;
  /** `NAME.expected.json`, `NAME.expected.txt`, or `NAME.error.json` for one that fails. */
  expected: string;
  /** The shell command of the README, from the checkout's root; absent where there is none. */
  byHand?: string;
  /** What differs by hand, where the host adds to or takes from the script's own bytes. */
  byHandAdds?: string;
  env?: Record<string, string>;
  /** Programs without which it cannot be run. */
  needs?: readonly string[];
  /** It calls AWS: a stand-in that verifies signatures is started, and named in the environment. */
  callsAws?: true;
  /** Shell command that makes it, in the folder. */
  make?: string;
  /** Modes beside `auto` that must give the same bytes. */
  modes?: readonly string[];
  /** What the log must hold. */
  log?: RegExp;
  /** Its log has the request id; in `prestart` that is not in the environment. */
  logsRequestId?: true;
  /** It may end before its event comes, so `prestart` gives way to `spawn` with a warning. */
  ignoresEvent?: true;
}

export const examplesRoot = join(import.meta.dirname, "../../scripts-examples");

export const folders = readdirSync(examplesRoot, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

const anyScript = ["spawn", "prestart"] as const;
const nodeScript = ["spawn", "prefork", "prestart"] as const;
const loop = { STDLAMBDA_MODE: "loop" } as const;
const line = `{"event":%s,"context":{},"headers":{}}\\n`;

/** A TypeScript script and its command. */
function typescript(folder: string, script: string, expected: string): Example {
  const byHand = `npx tsx scripts-examples/${folder}/${script} < scripts-examples/${folder}/event.json`;
  return { folder, handler: script, expected, byHand, modes: nodeScript };
}

/** A script with a shebang and its executable bit. */
function executable(folder: string, script: string, expected: string, tool?: string): Example {
  const byHand = `scripts-examples/${folder}/${script} < scripts-examples/${folder}/event.json`;
  const needs = tool ? [tool] : [];
  return { folder, handler: script, expected, byHand, needs, modes: anyScript };
}

/** A script that is fed lines; by hand its answer ends with a newline, which the host removes. */
function looping(script: string, command: string, needs: readonly string[]): Example {
  const byHand = `printf '${line}' "$(cat scripts-examples/08-loop/event.json)" | ${command}`;
  const folder = "08-loop";
  const expected = "expected.json";
  return { folder, handler: script, expected, byHand, byHandAdds: "\n", env: loop, needs };
}

export const examples: readonly Example[] = [
  {
    folder: "01-function",
    handler: "index.handler",
    expected: "index.expected.json",
    log: /an order for test/,
  },
  {
    folder: "01-function",
    handler: "text.upper",
    expected: "text.expected.txt",
    env: { STDLAMBDA_CONVENTION: "string" },
    log: /: 25 characters/,
    logsRequestId: true,
  },
  { ...typescript("02-scripts", "empty.ts", "empty.expected.txt"), ignoresEvent: true },
  { ...typescript("02-scripts", "hello.ts", "hello.expected.txt"), ignoresEvent: true },
  typescript("02-scripts", "echo.ts", "echo.expected.json"),
  executable("02-scripts", "echo.sh", "echo.expected.json"),
  executable("02-scripts", "echo.bash", "echo.expected.json", "bash"),
  executable("02-scripts", "echo.py", "echo.expected.json", "python3"),
  executable("02-scripts", "echo.pl", "echo.expected.json", "perl"),
  executable("02-scripts", "echo.awk", "echo.expected.json", "awk"),
  {
    ...executable("02-scripts", "echo", "echo.expected.json", "cc"),
    make: "cc -O2 -o echo echo.c",
    byHand: `mkdir -p dist/02-scripts
cc -O2 -o dist/02-scripts/echo scripts-examples/02-scripts/echo.c
dist/02-scripts/echo < scripts-examples/02-scripts/event.json`,
  },
  {
    ...executable("02-scripts", "refuse.sh", "refuse.error.json"),
    log: /this half of an answer/,
    ignoresEvent: true,
  },
  typescript("03-libraries", "greet.ts", "expected.json"),
  {
    ...executable("03-libraries", "greet.sh", "expected.json"),
    log: /greeting Ada/,
    logsRequestId: true,
  },
  executable("03-libraries", "greet.py", "expected.json", "python3"),
  {
    ...typescript("04-bundle", "src/report.ts", "expected.json"),
    handler: "report.mjs",
    make: `"$ESBUILD" "$EXAMPLE"/src/report.ts --bundle --platform=node --format=esm --outfile=report.mjs --log-level=warning`,
  },
  {
    folder: "05-expression",
    handler: "(event)=>({length:event.text.length})",
    expected: "length.expected.json",
  },
  {
    folder: "05-expression",
    handler: `import("./words.ts").then(m=>m.counter({minimum:3}))`,
    expected: "words.expected.json",
  },
  {
    folder: "06-command",
    handler: "cmd:jq,-c,[.Records[]|{messageId%2Cbody}]",
    expected: "jq.expected.json",
    byHand: "jq -c '[.Records[]|{messageId,body}]' < scripts-examples/06-command/event.json",
    needs: ["jq"],
    modes: anyScript,
  },
  {
    folder: "06-command",
    handler: "cmd:tr,a-z%2C,A-Z_",
    expected: "tr.expected.txt",
    byHand: "tr a-z, A-Z_ < scripts-examples/06-command/event.json",
    modes: anyScript,
  },
  typescript("07-main", "greet.ts", "greet.expected.json"),
  {
    ...typescript("07-main", "greet.ts", "evening.expected.json"),
    handler: "script:greet.ts,Good%20evening",
    byHand:
      "npx tsx scripts-examples/07-main/greet.ts 'Good evening' < scripts-examples/07-main/event.json",
  },
  looping("prime.ts", "npx tsx scripts-examples/08-loop/prime.ts", []),
  looping("prime.py", "scripts-examples/08-loop/prime.py", ["python3"]),
  executable("09-polyglot", "words-javascript", "expected.json"),
  executable("09-polyglot", "words-python", "expected.json", "python3"),
  executable("09-polyglot", "words-perl", "expected.json", "perl"),
  {
    ...executable("10-aws-from-sh", "identity.sh", "identity.expected.json", "curl"),
    // It does not read its event, so started before it, it would ask before anybody called.
    modes: ["spawn"],
    callsAws: true,
  },
  {
    ...executable("10-aws-from-sh", "forward.sh", "forward.expected.json", "curl"),
    callsAws: true,
  },
  {
    ...typescript("11-aws-from-typescript", "lines.ts", "expected.json"),
    // As a layer made with --with brings it.
    make: `mkdir -p node_modules && ln -sfn "$EXAMPLE/../../node_modules/@aws-sdk" node_modules/@aws-sdk`,
    callsAws: true,
  },
  {
    folder: "12-lisp",
    handler: "shout.cl-user::shout",
    expected: "shout.expected.txt",
    needs: ["sbcl"],
  },
  {
    folder: "12-lisp",
    handler: "echo.ros",
    expected: "echo.expected.txt",
    env: { STDLAMBDA_MODE: "main" },
    needs: ["sbcl"],
  },
  {
    folder: "13-picolisp",
    handler: "total.total",
    expected: "expected.json",
    needs: ["picolisp"],
  },
  {
    folder: "14-python",
    handler: "app.lambda_handler",
    expected: "app.expected.json",
    needs: ["python3"],
    log: /counting 6 words for request/,
    logsRequestId: true,
  },
  {
    ...executable("14-python", "longest.py", "longest.expected.txt", "python3"),
    modes: ["spawn", "prestart", "main"],
  },
  {
    folder: "15-ruby",
    handler: "orders.Orders::Handler.process",
    expected: "expected.json",
    needs: ["ruby"],
    log: /an order for request/,
    logsRequestId: true,
  },
  {
    folder: "15-ruby",
    handler: "orders.total",
    expected: "expected.json",
    needs: ["ruby"],
    log: /an order for request/,
  },
  {
    folder: "16-shell-functions",
    handler: "greet.hello",
    expected: "expected.json",
    log: /greeting Ada/,
  },
  {
    folder: "17-cgi",
    handler: "page.sh",
    expected: "page.expected.json",
    modes: ["spawn"],
  },
  {
    folder: "17-cgi",
    handler: "data.ts",
    expected: "data.expected.json",
    modes: ["spawn", "prefork"],
  },
  { folder: "18-fetch", handler: "app.fetch", expected: "expected.json" },
  {
    folder: "19-web-server",
    handler: "server.ts",
    expected: "expected.json",
    env: { STDLAMBDA_MODE: "web" },
  },
  {
    folder: "20-records",
    handler: "worker.sh",
    expected: "expected.json",
    env: { STDLAMBDA_BATCH: "record", STDLAMBDA_STDIN: "body" },
    log: /message-2: an order of nothing/,
  },
];
