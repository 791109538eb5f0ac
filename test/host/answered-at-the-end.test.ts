// SIGTERM: what can still be answered is answered, in every way that code runs, before the host is gone.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startBootstrap, taskRoot } from "./bootstrap-process.ts";
import {
  nextAnswer,
  type Peer,
  sized,
  startScriptedServer,
} from "./runtime-api/scripted-server.ts";

const files = {
  "graceful.sh": "#!/bin/sh\ntrap 'echo answered; exit 0' TERM\n: >begun\nsleep 5 & wait\n",
  "dies.sh": "#!/bin/sh\n: >begun\nsleep 5\n",
  "ignores.sh": '#!/bin/sh\ntrap "" TERM\n: >begun\nsleep 5\n',
  "soon.mjs": `import { writeFileSync } from "node:fs";
export const handler = async () => {
  writeFileSync("begun", "");
  await new Promise((resolve) => setTimeout(resolve, 180));
  return "answered";
};
`,
  "never.mjs": `import { writeFileSync } from "node:fs";
export const handler = () => { writeFileSync("begun", ""); return new Promise(() => setInterval(() => {}, 50)); };
`,
  "listens.mjs": `import { writeFileSync } from "node:fs";
let answer;
process.on("SIGTERM", () => answer?.("told"));
export const handler = () => { writeFileSync("begun", ""); return new Promise((resolve) => { answer = resolve; }); };
`,
  "blocks.mjs": `import { writeFileSync } from "node:fs";
export const handler = () => { writeFileSync("begun", ""); for (;;); };
`,
  "main.mjs": `import { writeFileSync } from "node:fs";
export async function main() { writeFileSync("begun", ""); await new Promise((resolve) => setTimeout(resolve, 180)); process.stdout.write("answered"); }
`,
  "web.mjs": `import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
const server = createServer(async (request, response) => {
  writeFileSync("begun", "");
  await new Promise((resolve) => setTimeout(resolve, 150));
  response.end("answered");
}).listen(process.env.PORT);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
`,
  "app.py": `import time
def handle(event, context):
    open("begun", "w").close()
    time.sleep(5)
`,
};

interface End {
  readonly handler: string;
  readonly call: "response" | "error";
  readonly says: RegExp;
  readonly env?: Record<string, string>;
}

const ends: Record<string, End> = {
  "a script that ends well": { handler: "graceful.sh", call: "response", says: /^answered\n$/ },
  "a script that it ends": { handler: "dies.sh", call: "error", says: /"Function\.SIGTERM"/ },
  "a script that ignores it": { handler: "ignores.sh", call: "error", says: /"Function\.SIGKILL"/ },
  "a function that is ready soon": { handler: "soon.handler", call: "response", says: /answered/ },
  "a function that is not": { handler: "never.handler", call: "error", says: /Function\.Shutdown/ },
  "a function that listens": { handler: "listens.handler", call: "response", says: /"told"/ },
  "main that is ready soon": { handler: "main.mjs", call: "response", says: /^answered$/ },
  "a server": {
    handler: "web.mjs",
    call: "response",
    says: /^answered$/,
    env: { STDLAMBDA_MODE: "web" },
  },
  "a function in Python": { handler: "app.handle", call: "error", says: /Function\.SIGTERM/ },
};

const many = { AWS_LAMBDA_MAX_CONCURRENCY: "3" };

const manyEnds: Record<string, End> = {
  ...ends,
  "a function that blocks its thread": {
    handler: "blocks.handler",
    call: "error",
    says: /Function\.Shutdown/,
  },
};

for (const [slots, cases] of [
  ["", ends],
  [" with three slots", manyEnds],
] as const) {
  for (const [what, { handler, call, says, env = {} }] of Object.entries(cases)) {
    test(`SIGTERM${slots}: ${what} is answered, and the host is gone within 500 ms`, async () => {
      using folder = taskRoot(files);
      const posts: { path: string; body: string }[] = [];
      let polls = 0;
      const slot = async (peer: Peer) => {
        for (;;) {
          const { head, body } = await peer.request();
          if (head.startsWith("GET ")) {
            if (polls++ === 0) await peer.write(nextAnswer("one"));
          } else {
            posts.push({ path: head.split(" ")[1] as string, body: body.toString() });
            await peer.write(sized(202));
          }
        }
      };
      await using api = await startScriptedServer(slot);
      await using host = startBootstrap({
        runtimeApi: api.address,
        handler,
        root: folder.root,
        env: { ...env, ...(slots === "" ? {} : many) },
      });
      for (let waited = 0; !existsSync(join(folder.root, "begun")); waited += 10) {
        assert.ok(waited < 10_000, host.log());
        await delay(10);
      }
      // A shell sets its trap before it writes the file, a server has read the request.
      await delay(20);
      const start = performance.now();
      process.kill(host.pid, "SIGTERM");
      const exit = await host.exited;
      assert.ok(exit.at - start < 500, `it took ${exit.at - start} ms`);
      assert.equal(exit.code, 143, host.log());
      assert.equal(posts.length, 1, JSON.stringify(posts));
      const [{ path, body }] = posts as [(typeof posts)[number]];
      assert.equal(path, `/2018-06-01/runtime/invocation/one/${call}`, body);
      assert.match(body, says);
    });
  }
}

test("SIGTERM: an event that comes too late is answered with that, and nothing is started", async () => {
  using folder = taskRoot({
    ...files,
    "slow.sh": '#!/bin/sh\ntrap "" TERM\n: >begun\nsleep 5\n',
    "late.sh": "#!/bin/sh\n: >late\n",
  });
  const posts: string[] = [];
  let isEnding = false;
  let polls = 0;
  await using api = await startScriptedServer(async (peer) => {
    for (;;) {
      const { head, body } = await peer.request();
      if (!head.startsWith("GET ")) {
        posts.push(`${head.split(" ")[1]?.split("/").slice(-2).join(" ")} ${body}`);
        await peer.write(sized(202));
      } else if (polls++ === 0) await peer.write(nextAnswer("slow"));
      else {
        while (!isEnding) await delay(5);
        await delay(50);
        await peer.write(nextAnswer("late"));
      }
    }
  });
  await using host = startBootstrap({
    runtimeApi: api.address,
    handler: "slow.sh",
    root: folder.root,
    env: { AWS_LAMBDA_MAX_CONCURRENCY: "2" },
  });
  for (let waited = 0; polls < 2 || !existsSync(join(folder.root, "begun")); waited += 10) {
    assert.ok(waited < 10_000, host.log());
    await delay(10);
  }
  process.kill(host.pid, "SIGTERM");
  isEnding = true;
  assert.equal((await host.exited).code, 143);
  assert.equal(posts.length, 2, JSON.stringify(posts));
  assert.match(
    posts.find((post) => post.startsWith("late")) ?? "",
    /^late error .*Function\.Shutdown/,
  );
});
