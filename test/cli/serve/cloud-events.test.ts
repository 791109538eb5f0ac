// CloudEvents as the CNCF's own client sends them, and ones that no client should send.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CloudEvent, HTTP } from "cloudevents";
import { startServe } from "./serve-process.ts";

const cat = { "cat.sh": "#!/bin/sh\ncat\n" };

interface EventBridgeEvent {
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: unknown;
  readonly time: string;
  readonly resources: string[];
  readonly region: string;
  readonly cloudevent: Record<string, unknown>;
}

test("binary and structured mode become the same event of EventBridge's form", async (t) => {
  const serve = await startServe(t, cat, { env: { AWS_REGION: "eu-west-1" } });
  const event = new CloudEvent({
    id: "A234-1234",
    type: "com.example.order.créée",
    source: "/orders/17",
    subject: "17",
    time: "2026-04-05T17:31:00.000Z",
    data: { total: 3 },
    tenant: "a",
  });
  for (const mode of ["binary", "structured"] as const) {
    const { headers, body } = HTTP[mode](event);
    const answered = await serve.post("/cat", String(body), headers as Record<string, string>);
    assert.equal(answered.status, 200, mode);
    const got = (await answered.json()) as EventBridgeEvent;
    assert.equal(got.id, "A234-1234");
    assert.equal(got.source, "/orders/17");
    assert.equal(got["detail-type"], event.type, mode);
    assert.deepEqual(got.detail, { total: 3 });
    assert.equal(got.time, "2026-04-05T17:31:00.000Z");
    assert.deepEqual(got.resources, ["17"]);
    assert.equal(got.region, "eu-west-1");
    assert.equal(got.cloudevent.tenant, "a");
    // The answer is one that the same client, and a broker, takes as an event.
    const reply = HTTP.toEvent({
      headers: Object.fromEntries(answered.headers),
      body: JSON.stringify(got),
    }) as CloudEvent;
    assert.equal(reply.source, "/cat");
    assert.match(reply.type, /\.response$/);
  }
});

test("data that is not JSON is text or base64; no output is no event", async (t) => {
  const serve = await startServe(t, { ...cat, "quiet.sh": "#!/bin/sh\n:\n" });
  const attributes = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/x", "ce-type": "t" };
  const detailOf = async (body: string | Buffer, headers: Record<string, string>) => {
    const answered = await serve.post("/cat", body, { ...attributes, ...headers });
    assert.equal(answered.status, 200);
    return ((await answered.json()) as EventBridgeEvent).detail;
  };
  assert.equal(await detailOf("hello", { "content-type": "text/plain" }), "hello");
  const bytes = Buffer.from([0xff, 0, 0xfe]);
  assert.equal(await detailOf(bytes, { "content-type": "image/png" }), bytes.toString("base64"));
  assert.equal(await detailOf("", {}), null);
  const structured = { specversion: "1.0", id: "1", source: "/x", type: "t" };
  const base64 = await serve.post(
    "/cat",
    JSON.stringify({ ...structured, datacontenttype: "text/plain", data_base64: "aGk=" }),
    { "content-type": "application/cloudevents+json; charset=utf-8" },
  );
  assert.equal(((await base64.json()) as EventBridgeEvent).detail, "hi");
  const quiet = await serve.post("/quiet", "{}", {
    ...attributes,
    "content-type": "application/json",
  });
  assert.equal(quiet.status, 204);
  assert.equal(quiet.headers.get("ce-id"), null);
  const own = await serve.post("/cat", "{}", { ...attributes, "ce-source": "/cat" });
  assert.equal(own.headers.get("ce-type"), null, "the answer to an answer is no event");
});

test("what is not a CloudEvent is refused with the reason, and runs nothing", async (t) => {
  const serve = await startServe(t, { "cat.sh": "#!/bin/sh\necho ran >&2\ncat\n" });
  const whole = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/x", "ce-type": "t" };
  const json = { "content-type": "application/json" };
  const structured = { "content-type": "application/cloudevents+json" };
  const cases: readonly [
    headers: Record<string, string>,
    body: string,
    reason: RegExp,
    status?: number,
  ][] = [
    [{ "ce-specversion": "1.0", "ce-source": "/x", "ce-type": "t" }, "{}", /has no id/],
    [{ ...whole, "ce-specversion": "0.3" }, "{}", /specversion .* is "0.3"/],
    [{ ...whole, "ce-source": "" }, "{}", /source of the CloudEvent is ""/],
    [{ ...whole, "ce-time": "yesterday" }, "{}", /time of the CloudEvent is "yesterday"/],
    [{ ...whole, ...json }, "{", /data of the CloudEvent is not valid JSON/],
    [structured, "", /is not valid JSON/],
    [structured, "[]", /is not a JSON object/],
    [
      structured,
      '{"specversion":"1.0","id":7,"source":"/x","type":"t"}',
      /id of the CloudEvent is 7/,
    ],
    [
      structured,
      '{"specversion":"1.0","id":"7","source":"/x","type":"t","data":1,"data_base64":"aGk="}',
      /has both/,
    ],
    [
      structured,
      '{"specversion":"1.0","id":"7","source":"/x","type":"t","data_base64":"?"}',
      /not base64/,
    ],
    [{ "content-type": "application/cloudevents-batch+json" }, "[]", /batch/, 415],
    [{ "content-type": "application/cloudevents+avro" }, "x", /avro are not taken/, 415],
  ];
  for (const [headers, body, reason, status = 400] of cases) {
    const refused = await serve.post("/cat", body, headers);
    assert.equal(refused.status, status, String(reason));
    const record = (await refused.json()) as { errorType: string; errorMessage: string };
    assert.equal(record.errorType, "InvalidCloudEvent");
    assert.match(record.errorMessage, reason);
  }
  assert.doesNotMatch(serve.log(), /ran/);
});
