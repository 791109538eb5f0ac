// Managed Instances from outside: scripts in every mode, many at a time, each with its own everything.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Host, startHost } from "../../helpers/runtime-api.ts";
import { taskRoot } from "../bootstrap-process.ts";

const slots = 8;

/** Each waits, so that its neighbours run at the same time, then says what it has got. */
const files = {
  "say.sh": `#!/bin/sh
event=$(cat)
echo "log of $event" >&2
sleep 0.3
echo "log again of $event" >&2
echo "$event $LAMBDA_RUNTIME_AWS_REQUEST_ID $_X_AMZN_TRACE_ID"
`,
  "say.mjs": `import { text } from "node:stream/consumers";
const event = await text(process.stdin);
console.error("log of " + event);
await new Promise((resolve) => setTimeout(resolve, 300));
console.error("log again of " + event);
const { LAMBDA_RUNTIME_AWS_REQUEST_ID: id, _X_AMZN_TRACE_ID: trace } = process.env;
console.log(event + " " + id + " " + trace);
`,
  "prestart.sh": `#!/bin/sh
event=$(cat)
echo "log of $event" >&2
context=$(cat <&3)
sleep 0.3
echo "log again of $event" >&2
id=\${context#*'"awsRequestId":"'}
trace=\${context#*'"lambda-runtime-trace-id":"'}
echo "$event \${id%%'"'*} \${trace%%'"'*}"
`,
  "loop.mjs": `import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { event, context, headers } = JSON.parse(line);
  console.error("log of " + event);
  await new Promise((resolve) => setTimeout(resolve, 300));
  console.error("log again of " + event);
  console.log(JSON.stringify(event + " " + context.awsRequestId + " " + headers["lambda-runtime-trace-id"] + " " + process.pid));
}
`,
  "function.py": `import os, sys, time
def handle(event, context):
    print("log of", event)
    time.sleep(0.3)
    print("log again of", event)
    return " ".join([str(event), context.aws_request_id, os.environ["_X_AMZN_TRACE_ID"], str(os.getpid())])
`,
};

async function start(handler: string, env: Record<string, string>) {
  const folder = taskRoot(files);
  const host = await startHost({
    handler,
    root: folder.root,
    env: { AWS_LAMBDA_MAX_CONCURRENCY: String(slots), ...env },
  });
  return {
    host,
    async [Symbol.asyncDispose]() {
      await host.stop();
      folder[Symbol.dispose]();
    },
  };
}

/** One event for each name at the same time. */
async function together(host: Host, names: readonly (string | number)[]): Promise<string[]> {
  const answers = await Promise.all(
    names.map(async (name) => {
      const answer = await host.invoke(JSON.stringify(name), {
        headers: { "Lambda-Runtime-Trace-Id": `trace-${name}` },
      });
      const text = answer.body.toString().trim();
      assert.equal(answer.status, "response", text);
      const [said, id, trace] = text.replaceAll('"', "").split(" ");
      assert.deepEqual([said, id, trace], [String(name), answer.requestId, `trace-${name}`]);
      return { id: answer.requestId, name, text };
    }),
  );
  const records = host
    .log()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  for (const { id, name } of answers) {
    assert.deepEqual(
      records.filter(({ requestId }) => requestId === id).map(({ message }) => message),
      [`log of ${name}`, `log again of ${name}`],
    );
  }
  return answers.map(({ text }) => text);
}

const ways: Record<string, { handler: string; env?: Record<string, string> }> = {
  spawn: { handler: "say.sh" },
  prefork: { handler: "say.mjs" },
  prestart: { handler: "prestart.sh", env: { STDLAMBDA_MODE: "prestart" } },
  loop: { handler: "loop.mjs", env: { STDLAMBDA_MODE: "loop" } },
  "a function in Python": { handler: "function.handle" },
};

suite("Managed Instances", () => {
  for (const [way, { handler, env = {} }] of Object.entries(ways)) {
    test(`${way}: ${slots} events run at a time, each with its own context and log`, async () => {
      await using started = await start(handler, env);
      const { host } = started;
      // What is started as the slots fill is there for the second round.
      await together(host, [1, 2, 3, 4, 5, 6, 7, 8]);
      const before = performance.now();
      await together(host, [11, 12, 13, 14, 15, 16, 17, 18]);
      const took = performance.now() - before;
      assert.ok(took < 8 * 300, `${took} ms: one behind the other would be 2400`);
    });
  }
});
