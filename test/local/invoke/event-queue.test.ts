// What a service finds in its queue when it starts: events to deliver, and files that are none.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFiles } from "../../host/temporary-files.ts";
import { startTestService, until } from "../service/test-service.ts";

test("events are delivered, and what is none is put aside and told", async (t) => {
  const directory = join(temporaryFiles(), "state");
  const queue = join(directory, "queue");
  mkdirSync(queue, { recursive: true });
  const requestId = randomUUID();
  const whole = {
    requestId,
    functionName: "echo",
    receivedMs: Date.now(),
    event: Buffer.from('{"n":1}').toString("base64"),
  };
  const keep = (name: string, value: unknown) =>
    writeFileSync(join(queue, `${name}.json`), JSON.stringify(value));
  keep(requestId, whole);
  const damaged = {
    null: null,
    number: 1,
    list: [],
    "without-event": { ...whole, requestId: "without-event", event: undefined },
    "no-json": { ...whole, requestId: "no-json", event: "bm8ganNvbg==" },
    "other-name": whole,
    "number-for-text": { ...whole, requestId: "number-for-text", traceId: 1 },
  };
  for (const [name, value] of Object.entries(damaged)) keep(name, value);
  writeFileSync(join(queue, "cut-off.json"), '{"requestId":"cut-of');
  writeFileSync(join(queue, `.${randomUUID()}.tmp`), "half of an event");
  const service = await startTestService(t, { "echo.sh": "cat >&2" }, { directory });
  await until(() => service.log("echo").includes('{"n":1}'), "the whole event is delivered");
  await until(() => !readdirSync(queue).includes(`${requestId}.json`), "and is done");
  const left = readdirSync(queue);
  const names = [...Object.keys(damaged), "cut-off"];
  assert.equal(left.length, names.length, left.join());
  for (const name of names) {
    assert.ok(
      left.some((file) => file.startsWith(`${name}.json.damaged-`)),
      name,
    );
    assert.ok(
      service.faults.some((fault) => fault.includes(`/${name}.json is damaged (`)),
      name,
    );
  }
  assert.equal(service.log("echo").filter((line) => line.startsWith("START")).length, 1);
});
