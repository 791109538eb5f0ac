// Every error of the table, provoked from outside: what a caller gets, or the log has.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type ErrorType, errorTable, HostError } from "../../host/errors.ts";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { type Host, startHost } from "../helpers/runtime-api.ts";
import { startBootstrap, taskRoot } from "./bootstrap-process.ts";
import { unusedAddress } from "./runtime-api/scripted-server.ts";

interface Provocation {
  readonly handler: string;
  readonly files?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly event?: string | object;
  readonly timeoutMs?: number;
  readonly headers?: Record<string, string>;
}

const request = {
  requestContext: { http: { method: "GET", path: "/" } },
  rawPath: "/",
  version: "2.0",
};
let port = 20_000 + (process.pid % 10_000);
const web = () => ({ STDLAMBDA_MODE: "web", STDLAMBDA_WEB_PORT: String(port++) });
const server = (answer: string) =>
  `import { createServer } from "node:http";
createServer((request, response) => ${answer}).listen(process.env.PORT);\n`;
const loop = { STDLAMBDA_MODE: "loop" };

/** Those that need more than a handler and an event have a test of their own below. */
const provocations: Record<
  Exclude<
    ErrorType,
    | "Runtime.TypeScriptLoaderNotFound"
    | "Runtime.InvalidRuntimeApi"
    | "Runtime.ApiFailure"
    | "Runtime.ThreadEnded"
    | "Function.Shutdown"
    // In test/host/snapshot.test.ts.
    | "Runtime.AfterRestoreError"
  >,
  Provocation
> = {
  "Runtime.MalformedHandlerName": { handler: "../x.sh" },
  "Runtime.HandlerNotFound": { handler: "nothing.sh" },
  "Runtime.InterpreterNotFound": { handler: "a.sh", files: { "a.sh": "#!/nowhere/sh\n" } },
  "Runtime.NotExecutable": { handler: "script:a.txt", files: { "a.txt": "text\n" } },
  "Runtime.InvalidSetting": { handler: "cmd:cat", env: { STDLAMBDA_MODE: "spwan" } },
  "Runtime.BeforeSnapshotError": {
    handler: "a.handler",
    files: {
      "a.mjs":
        "export const handler = () => 1;\nexport const beforeSnapshot = () => { throw new Error('no'); };\n",
    },
    env: { AWS_LAMBDA_INITIALIZATION_TYPE: "snap-start" },
  },
  "Runtime.InvalidWorkingDir": { handler: "cmd:cat", env: { LAMBDA_TASK_ROOT: "/nowhere" } },
  "Runtime.ImportModuleError": {
    handler: "a.handler",
    files: { "a.mjs": 'import "nowhere";\nexport const handler = () => 1;\n' },
  },
  "Runtime.UserCodeSyntaxError": { handler: "a.handler", files: { "a.mjs": "export const (" } },
  "Runtime.InvalidExpression": { handler: "expr:(1)" },
  "Runtime.CallbackHandlerDeprecated": { handler: "(event,context,callback)=>callback(null,1)" },
  "Runtime.JSONStringifyError": { handler: "()=>1n" },
  "Runtime.UnmarshalError": { handler: "(event)=>event", event: "no JSON" },
  "Runtime.MarshalError": {
    handler: "a.handler",
    files: { "a.py": "def handler(event, context):\n    return {1, 2}\n" },
  },
  "Runtime.BuiltInModuleConflict": {
    handler: "sys.handler",
    files: { "sys.py": "def handler(event, context):\n    return 1\n" },
  },
  "Runtime.LambdaContextUnmarshalError": {
    handler: "a.handler",
    files: { "a.py": "def handler(event, context):\n    return 1\n" },
    headers: { "Lambda-Runtime-Client-Context": "no JSON" },
  },
  "Runtime.ScriptExitedAtInit": {
    handler: "a.mjs",
    files: { "a.mjs": "process.exit(0);\nexport function main() {}\n" },
  },
  "Runtime.InvalidStreamingOperation": {
    handler: "a.handler",
    files: {
      "a.mjs": `export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write("first");
  stream.setContentType("text/html");
});\n`,
    },
  },
  "Runtime.StdinReadAtInit": {
    handler: "a.mjs",
    files: {
      "a.mjs":
        'import { readFileSync } from "node:fs";\nreadFileSync(0);\nexport function main() {}\n',
    },
  },
  "Function.Timeout": { handler: "cmd:sleep,10", timeoutMs: 1000 },
  "Function.ResponseSizeTooLarge": { handler: `cmd:head,-c,${maximumPayloadBytes + 1},/dev/zero` },
  "Function.InvalidOutput": { handler: "cmd:printf,\\377", env: { STDLAMBDA_STDOUT: "json" } },
  "Function.NoResponse": {
    handler: "a.sh",
    files: { "a.sh": "#!/bin/sh\nread -r line\n" },
    env: loop,
  },
  "Function.TooMuchOutput": {
    handler: "a.sh",
    files: { "a.sh": "#!/bin/sh\nread -r line\nprintf '1\\n2\\n'\nread -r line\n" },
    env: loop,
  },
  "Function.InvalidResponse": {
    handler: "app.fetch",
    files: { "app.mjs": "export default { fetch: () => 1 };\n" },
    event: request,
  },
  "Runtime.ServerNotReady": {
    handler: "a.mjs",
    files: { "a.mjs": "process.exit(0);\n" },
    env: web(),
  },
  "Function.ErrorStatus": {
    handler: "a.mjs",
    files: { "a.mjs": server("response.writeHead(500).end()") },
    env: web(),
  },
  "Function.ServerFailed": {
    handler: "a.mjs",
    files: { "a.mjs": server("request.socket.destroy()") },
    env: web(),
    event: request,
  },
  "Function.NotHttp": {
    handler: "app.fetch",
    files: { "app.mjs": "export default { fetch: () => new Response() };\n" },
  },
  "Function.StartFailed": {
    handler: "cmd:cat",
    headers: { "Lambda-Runtime-Client-Context": JSON.stringify("x".repeat(200_000)) },
  },
};

async function errorTypeOf(host: Host, { event = {}, headers, timeoutMs = 20_000 }: Provocation) {
  const init = await host.initError;
  if (init !== undefined) return JSON.parse(init.body.toString()).errorType;
  const answer = await host.invoke(event, {
    deadlineMs: Date.now() + timeoutMs,
    ...(headers === undefined ? {} : { headers }),
  });
  const { "lambda-runtime-function-error-body": late } = answer.trailers;
  const body = late === undefined ? answer.body : Buffer.from(late, "base64");
  return JSON.parse(body.toString()).errorType;
}

describe("is reported", { concurrency: 2 }, () => {
  for (const [type, provocation] of Object.entries(provocations)) {
    it(type, async () => {
      using folder = taskRoot(provocation.files ?? {});
      const { handler, env = {} } = provocation;
      await using host = await startHost({ handler, root: folder.root, env });
      assert.equal(await errorTypeOf(host, provocation), type);
    });
  }

  it("Runtime.TypeScriptLoaderNotFound", async () => {
    using folder = taskRoot({ "a.ts": "enum Kind { One }\nconsole.log(Kind.One);\n" });
    // The checkout's own host would find the checkout's tsx.
    for (const room of ["host", "lambda"]) {
      cpSync(join(import.meta.dirname, "../..", room), join(folder.root, "away", room), {
        recursive: true,
      });
    }
    const bootstrap = join(folder.root, "away/host/bootstrap");
    await using host = await startHost({ handler: "a.ts", root: folder.root, bootstrap });
    assert.equal(await errorTypeOf(host, { handler: "a.ts" }), "Runtime.TypeScriptLoaderNotFound");
  });

  it("Runtime.ThreadEnded", async () => {
    using folder = taskRoot({
      "a.mjs": `export async function handler(event) {
  while (event.spins);
  await new Promise(() => {});
}\n`,
    });
    await using host = await startHost({
      handler: "a.handler",
      root: folder.root,
      env: { AWS_LAMBDA_MAX_CONCURRENCY: "2", AWS_LAMBDA_NODEJS_WORKER_COUNT: "1" },
    });
    // The first blocks the thread beyond its deadline; the other one on it ends with the thread.
    const answers = await Promise.all(
      [2000, 8000].map((ms) =>
        host.invoke({ spins: ms === 2000 }, { deadlineMs: Date.now() + ms }),
      ),
    );
    const types = answers.map(({ body }) => JSON.parse(body.toString()).errorType);
    assert.ok(types.includes("Runtime.ThreadEnded"), types.join());
  });

  it("Function.Shutdown", async () => {
    using folder = taskRoot({
      "a.mjs": "export const handler = () => new Promise(() => console.log('begun'));\n",
    });
    const env = { STDLAMBDA_SIGTERM: "on" };
    await using host = await startHost({ handler: "a.handler", root: folder.root, env });
    const answer = host.invoke({});
    while (!host.log().includes("begun")) await delay(10);
    process.kill(host.pid, "SIGTERM");
    assert.equal(JSON.parse((await answer).body.toString()).errorType, "Function.Shutdown");
  });

  it("Runtime.InvalidRuntimeApi", async () => {
    await using host = startBootstrap({ runtimeApi: undefined });
    await host.exited;
    assert.match(host.log(), /Runtime\.InvalidRuntimeApi/);
  });

  it("Runtime.ApiFailure", async () => {
    await using host = startBootstrap({ runtimeApi: await unusedAddress(), handler: "cmd:cat" });
    await host.exited;
    assert.match(host.log(), /Runtime\.ApiFailure/);
  });
});

it("every type is as the platform's header demands, and its meaning is a sentence", () => {
  for (const [type, meaning] of Object.entries(errorTable)) {
    assert.match(type, /^(?:Runtime|Function)\.[A-Z][a-zA-Z]+$/);
    assert.match(meaning, /^[A-Z].*\.$/);
  }
});

it("an error keeps its type and its cause", () => {
  const cause = new Error("why");
  const error = new HostError("Runtime.ApiFailure", "what", { cause });
  assert.equal(error.type, "Runtime.ApiFailure");
  assert.equal(error.message, "what");
  assert.equal(error.cause, cause);
  assert.ok(error instanceof Error);
});
