// Records of a batch, one by one: a model of what must hold, and the way from an event to its report.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { batchAnswer } from "../../host/answer/batch-answer.ts";
import { serveBatch } from "../../host/batch.ts";
import { readBatch } from "../../host/event/batch.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { functionFolder } from "./runners/function-folder.ts";

type Fields = Record<string, unknown>;

function queue(bodies: readonly string[], suffix = "", groups: readonly string[] = []): Fields {
  return {
    Records: bodies.map((body, at) => ({
      messageId: `m${at}`,
      body,
      eventSource: "aws:sqs",
      eventSourceARN: `arn:aws:sqs:us-east-1:1:orders${suffix}`,
      attributes: { MessageGroupId: groups[at] ?? "g" },
    })),
  };
}

/** Longer than a number holds, and of different lengths. */
const sequence = (at: number) => String(99999999999999999998n + BigInt(at));

function shard(data: readonly string[]): Fields {
  return {
    Records: data.map((text, at) => ({
      eventSource: "aws:kinesis",
      kinesis: {
        sequenceNumber: sequence(at),
        partitionKey: `k${at % 2}`,
        data: Buffer.from(text).toString("base64"),
      },
    })),
  };
}

function topic(partitions: Readonly<Record<string, readonly string[]>>): Fields {
  return {
    eventSource: "aws:kafka",
    records: Object.fromEntries(
      Object.entries(partitions).map(([name, values]) => [
        name,
        values.map((value, at) => ({
          topic: name.slice(0, -2),
          partition: Number(name.slice(-1)),
          offset: 8 + at,
          value: Buffer.from(value).toString("base64"),
        })),
      ]),
    ),
  };
}

const read = (event: unknown) => readBatch(Buffer.from(JSON.stringify(event)));

describe("a batch", () => {
  it("is told by its records", () => {
    assert.equal(read(queue(["a"]))?.source, "sqs");
    assert.equal(read(queue(["a"], ".fifo"))?.source, "sqs-fifo");
    assert.equal(read(shard(["a"]))?.source, "kinesis");
    assert.equal(read(topic({ "t-0": ["a"] }))?.source, "kafka");
    assert.equal(
      read({ ...topic({ "t-0": ["a"] }), eventSource: "SelfManagedKafka" })?.source,
      "kafka",
    );
    const change = { eventSource: "aws:dynamodb", dynamodb: { SequenceNumber: "1", Keys: {} } };
    assert.equal(read({ Records: [change] })?.source, "dynamodb");
  });

  it("is none where no report could name a record, and none of other sources", () => {
    const others = [
      { Records: [] },
      { Records: [{ eventSource: "aws:s3" }] },
      { Records: [{ EventSource: "aws:sns" }] },
      { Records: [{ eventSource: "aws:sqs" }] },
      { Records: [{ eventSource: "aws:sqs", messageId: "" }] },
      { Records: [{ eventSource: "__proto__" }, { eventSource: "constructor" }] },
      { Records: [...(queue(["a"]).Records as []), ...(shard(["a"]).Records as [])] },
      { Records: [null] },
      { eventSource: "aws:kafka", records: { "t-0": [{ offset: "1" }] } },
      { eventSource: "aws:kafka", records: {} },
      { records: [{ recordId: "firehose" }] },
      null,
    ];
    for (const event of others) assert.equal(read(event), undefined, JSON.stringify(event));
  });

  const events = fc.oneof(
    fc.array(fc.constant("x"), { minLength: 1, maxLength: 12 }).chain((bodies) =>
      fc.oneof(
        fc.constant(queue(bodies)),
        fc
          .array(fc.constantFrom("a", "b"), { minLength: 12, maxLength: 12 })
          .map((groups) => queue(bodies, ".fifo", groups)),
        fc.constant(shard(bodies)),
      ),
    ),
    fc
      .dictionary(
        fc.constantFrom("t-0", "t-1", "u-0"),
        fc.array(fc.constant("x"), { minLength: 1, maxLength: 6 }),
        { minKeys: 1 },
      )
      .map(topic),
  );

  it("loses no record and acknowledges none that failed, whatever fails and when time ends", async () => {
    const model = fc.asyncProperty(
      events,
      fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 20 }),
      fc.scheduler(),
      async (event, works, parallel, time, scheduler) => {
        const batch = read(event);
        assert.ok(batch);
        const { source, records } = batch;
        const begun: (typeof records)[number][] = [];
        const succeeded = new Set<string>();
        const running = new Map<string, number>();
        let most = 0;
        const done = serveBatch(batch, {
          parallel,
          hasTime: () => begun.length < time,
          async serve(record) {
            const at = records.indexOf(record);
            begun.push(record);
            running.set(record.lane, (running.get(record.lane) ?? 0) + 1);
            most = Math.max(
              most,
              [...running.values()].reduce((sum, n) => sum + n, 0),
            );
            assert.equal(running.get(record.lane), 1, "a lane serves one record at a time");
            await scheduler.schedule(Promise.resolve());
            running.set(record.lane, 0);
            if (works[at]) succeeded.add(record.id);
            return works[at] === true;
          },
        });
        await scheduler.waitFor(done);
        const failed = await done;
        assert.ok(most <= parallel);
        assert.equal(new Set(begun).size, begun.length, "each record is served once at most");
        // Every record either succeeded or failed.
        for (const record of records) {
          assert.equal(failed.includes(record), !succeeded.has(record.id), record.id);
        }
        // In a lane, in order.
        for (const lane of new Set(records.map((record) => record.lane))) {
          const order = begun.filter((record) => record.lane === lane);
          assert.deepEqual(
            order,
            records.filter((record) => record.lane === lane && begun.includes(record)),
          );
        }
        // What the source takes as acknowledged has succeeded.
        const { batchItemFailures } = JSON.parse(String(batchAnswer(batch, failed)));
        const named = batchItemFailures.map((one: Fields) => one.itemIdentifier);
        for (const record of records) {
          const isSentAgain = named.some((name: string | { partition: string; offset: number }) => {
            if (source === "sqs" || source === "sqs-fifo") return name === record.id;
            if (typeof name === "string") return BigInt(name) <= (record.position as bigint);
            return (
              name.partition === record.lane && BigInt(name.offset) <= (record.position as bigint)
            );
          });
          assert.ok(isSentAgain || succeeded.has(record.id), `${record.id} is lost`);
        }
        // A queue with order: nothing behind a failure of its group has been served.
        if (source === "sqs-fifo" && parallel === 1) {
          const first = records.findIndex((record) => failed.includes(record));
          if (first !== -1) assert.deepEqual(failed, records.slice(first));
        }
      },
    );
    await fc.assert(model, { numRuns: 500 });
  });
});

const folder = functionFolder({
  "record.sh": `#!/bin/sh
read -r line
echo "served $STDLAMBDA_RECORD_ID: $line"
case $line in *fail*) exit 3 ;; *hang*) sleep 60 ;; esac
`,
  "record.mjs": `let running = 0;
export async function handler(record, context) {
  console.log("at a time:", ++running);
  if (record.body === "fail") throw new RangeError("no");
  if (record.body === "crash") setTimeout(() => { throw new TypeError("nobody caught me"); });
  await new Promise((done) => setTimeout(done, 50));
  console.log("served", record.messageId, context.awsRequestId);
  running--;
}`,
  "main.mjs": `import { readFileSync } from "node:fs";
export function main() { const text = readFileSync(0, "utf8"); console.log("main", text); if (text === "fail") process.exit(1); }`,
  "record.py": `import os
def handler(record, context):
    if record["body"] == "crash": os._exit(3)
    if record["body"] == "fail": raise ValueError("no")
    print("served", record["messageId"])
`,
  "prints.sh": "#!/bin/sh\ncat > /dev/null\necho processed\n",
  "json.sh": "#!/bin/sh\ncat > /dev/null\necho '{\"batchItemFailures\":[]}'\n",
});

const record = { STDLAMBDA_BATCH: "record" };
const body = { ...record, STDLAMBDA_STDIN: "body" };

async function failures(
  host: { invoke(event: object, options?: object): Promise<{ body: Buffer }> },
  event: object,
  options = {},
) {
  const answer = await host.invoke(event, options);
  const { batchItemFailures } = JSON.parse(String(answer.body));
  return batchItemFailures.map((one: Fields) => one.itemIdentifier);
}

describe("a script for each record", { concurrency: 2 }, () => {
  it("reports the messages of a queue that failed", async () => {
    await using host = await folder.start("record.sh", body);
    const { body: bytes, log } = await host.invoke(queue(["a", "fail", "b", "fail"]));
    assert.deepEqual(JSON.parse(String(bytes)), {
      batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m3" }],
    });
    assert.match(log, /served m2: b/);
    assert.match(log, /Function\.Exit3: record m1/);
    assert.deepEqual(await failures(host, queue(["a"])), []);
  });

  it("stops at the first failure where the order counts", async () => {
    await using host = await folder.start("record.sh", body);
    assert.deepEqual(await failures(host, queue(["a", "fail", "b"], ".fifo")), ["m1", "m2"]);
    assert.deepEqual(await failures(host, shard(["a", "b", "fail", "c"])), [sequence(2)]);
    const partitions = topic({ "t-0": ["a", "fail", "b"], "t-1": ["c"], "u-0": ["fail"] });
    assert.deepEqual(await failures(host, partitions), [
      { partition: "t-0", offset: 9 },
      { partition: "u-0", offset: 8 },
    ]);
  });

  it("gets the record as JSON, or its payload", async () => {
    await using whole = await folder.start("record.sh", record);
    const { log } = await whole.invoke(shard(["data"]));
    assert.match(log, /served 9{19}8: \{"eventSource":"aws:kinesis"/);
    await using payload = await folder.start("record.sh", body);
    assert.match((await payload.invoke(topic({ "t-0": ["value"] }))).log, /served t-0-8: value/);
  });

  it("reports what the deadline leaves no time for", async () => {
    await using host = await folder.start("record.sh", { ...body, STDLAMBDA_BATCH_PARALLEL: "1" });
    const options = { deadlineMs: Date.now() + 1500 };
    assert.deepEqual(await failures(host, queue(["a", "hang", "b", "c"]), options), [
      "m1",
      "m2",
      "m3",
    ]);
    assert.deepEqual(await failures(host, queue(["a"])), []);
  });

  it("handles other events as ever", async () => {
    await using host = await folder.start("record.sh", record);
    assert.match(String((await host.invoke({ plain: 1 })).body), /^served : \{"plain":1\}/);
  });

  it("is a function, too, several at a time", async () => {
    await using host = await folder.start("record.handler", {
      ...record,
      STDLAMBDA_BATCH_PARALLEL: "10",
    });
    assert.deepEqual(await failures(host, queue(["a", "fail", ..."bcdefghij"])), ["m1"]);
    assert.match(host.log(), /at a time: 10/);
    assert.doesNotMatch(host.log(), /at a time: 1[2-9]/);
  });

  it("that breaks its process loses no record", async () => {
    await using host = await folder.start("record.handler", {
      ...record,
      STDLAMBDA_BATCH_PARALLEL: "1",
    });
    assert.deepEqual(await failures(host, queue(["a", "crash", "b"])), ["m1", "m2"]);
    assert.notEqual((await host.exited).code, 0);
  });

  it("is main, too, one at a time", async () => {
    await using host = await folder.start("main.mjs", body);
    assert.deepEqual(await failures(host, queue(["a", "fail", "b"])), ["m1"]);
  });
});

describe("a function in another language for each record", {
  skip: missingTool(["python3"]),
}, () => {
  it("loses no record, whichever fail and whichever end its process", async () => {
    await using host = await folder.start("module:record.py#handler", record);
    const bodies = fc.array(fc.constantFrom("a", "a", "fail", "crash"), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(bodies, async (all) => {
        const failed = all.flatMap((one, at) => (one === "a" ? [] : [`m${at}`]));
        assert.deepEqual(await failures(host, queue(all)), failed);
        const first = all.findIndex((one) => one !== "a");
        const behind = first === -1 ? [] : all.map((_, at) => `m${at}`).slice(first);
        assert.deepEqual(await failures(host, queue(all, ".fifo")), behind);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a script for a whole batch", () => {
  it("has no text in its response that would fail the batch", async () => {
    await using host = await folder.start("prints.sh");
    const { body: bytes, log } = await host.invoke(queue(["a"]));
    assert.equal(String(bytes), "null");
    assert.match(log, /processed/);
    assert.equal(
      String((await host.invoke({ Records: [{ eventSource: "aws:s3" }] })).body),
      "processed\n",
    );
  });

  it("answers with JSON as it is, and with all of it where the setting says so", async () => {
    await using json = await folder.start("json.sh");
    assert.equal(String((await json.invoke(queue(["a"]))).body), '{"batchItemFailures":[]}\n');
    await using raw = await folder.start("prints.sh", { STDLAMBDA_STDOUT: "raw" });
    assert.equal(String((await raw.invoke(queue(["a"]))).body), "processed\n");
  });
});
