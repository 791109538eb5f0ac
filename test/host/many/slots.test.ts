// The slots of Managed Instances at the Runtime API: a connection each, and what a refusal costs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startBootstrap, taskRoot } from "../bootstrap-process.ts";
import {
  nextAnswer,
  type Peer,
  sized,
  startScriptedServer,
} from "../runtime-api/scripted-server.ts";

const files = { "echo.sh": "#!/bin/sh\ncat\n" };
const slots = { AWS_LAMBDA_MAX_CONCURRENCY: "3" };

const pollingFor = (peer: Peer) => peer.request();

test("each of three slots polls on a connection of its own, and no more do", async () => {
  using folder = taskRoot(files);
  await using api = await startScriptedServer(pollingFor);
  await using _ = startBootstrap({
    runtimeApi: api.address,
    handler: "echo.sh",
    root: folder.root,
    env: slots,
  });
  for (let waited = 0; api.requests.length < 3 && waited < 5000; waited += 10) await delay(10);
  await delay(300);
  assert.equal(api.connections, 3);
  assert.equal(api.requests.length, 3);
});

test("a poll that fails waits ever longer, whatever the reason, and the other slots serve", async () => {
  using folder = taskRoot(files);
  const times: number[] = [];
  const served: string[] = [];
  const refusing = async (peer: Peer) => {
    for (const answer of [sized(403), sized(500), sized(503)]) {
      await peer.request();
      times.push(performance.now());
      await peer.write(answer);
    }
    await peer.request();
    times.push(performance.now());
    peer.reset();
  };
  const serving = async (peer: Peer) => {
    for (let n = 0; ; n++) {
      const { head, body } = await peer.request();
      if (head.startsWith("POST")) {
        served.push(body.toString());
        await peer.write(sized(202));
      } else if (n < 20) await peer.write(nextAnswer(`id-${n}`, `event ${n}`));
    }
  };
  await using api = await startScriptedServer(refusing, serving, serving, pollingFor);
  await using host = startBootstrap({
    runtimeApi: api.address,
    handler: "echo.sh",
    root: folder.root,
    env: slots,
  });
  for (let waited = 0; api.connections < 4 && waited < 8000; waited += 10) await delay(10);
  assert.equal(api.connections, 4, host.log());
  const pauses = times.slice(1).map((at, index) => at - (times[index] as number));
  for (const [index, least] of [100, 200, 400].entries()) {
    const pause = pauses[index] as number;
    assert.ok(pause >= least - 2 && pause < least + 1000, `${pauses}`);
  }
  assert.equal(served.length, 20, "two slots served all that came");
});

for (const [what, answer] of Object.entries({
  "403": sized(403, '{"errorType":"InvalidStateTransition"}'),
  "410, after a timeout": sized(410, '{"errorType":"InvokeTimeout"}'),
  "413": sized(413, '{"errorType":"RequestEntityTooLarge"}'),
  "500": sized(500, '{"errorType":"InternalServerError"}'),
})) {
  test(`an answer that is refused with ${what} costs its event alone`, async () => {
    using folder = taskRoot(files);
    const posts: string[] = [];
    const slot = async (peer: Peer) => {
      for (const id of ["first", "second"]) {
        await peer.request();
        await peer.write(nextAnswer(id, id));
        const { head } = await peer.request();
        posts.push(head.split(" ")[1] as string);
        await peer.write(id === "first" ? answer : sized(202));
      }
      await peer.request();
    };
    await using api = await startScriptedServer(slot, pollingFor);
    await using host = startBootstrap({
      runtimeApi: api.address,
      handler: "echo.sh",
      root: folder.root,
      env: slots,
    });
    for (let waited = 0; posts.length < 2 && waited < 5000; waited += 10) await delay(10);
    await delay(100);
    assert.deepEqual(
      posts.map((path) => path.replace("/2018-06-01/runtime/invocation/", "")),
      ["first/response", "second/response"],
    );
    const warnings = host
      .log()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    assert.equal(warnings.length, 1, host.log());
    assert.equal(warnings[0].level, "WARN");
    assert.match(warnings[0].message, new RegExp(`status ${what.slice(0, 3)}`));
  });
}
