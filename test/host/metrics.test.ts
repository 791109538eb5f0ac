// STDLAMBDA_METRICS_NAMESPACE: a line of metrics for each event, in AWS's embedded metric format.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startHost } from "../helpers/runtime-api.ts";
import { taskRoot } from "./bootstrap-process.ts";

const files = {
  "hello.sh": '#!/bin/sh\necho hello\nsleep 0.05\n[ "$(cat)" = 7 ] && exit 7\nexit 0\n',
  "index.mjs": `export const handler = (event) => { if (event === 7) throw new TypeError("seven"); return "done"; };
export const stream = awslambda.streamifyResponse(async (event, out) => { out.write("12345"); out.end("678"); });
`,
};

interface Metrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

async function measure(handler: string, events: unknown[], env: Record<string, string> = {}) {
  using folder = taskRoot(files);
  await using host = await startHost({
    handler,
    root: folder.root,
    env: { STDLAMBDA_METRICS_NAMESPACE: "My/Scripts", ...env },
  });
  const ids: string[] = [];
  for (const event of events) {
    ids.push((await host.invoke(JSON.stringify(event))).requestId);
  }
  const lines = host
    .log()
    .split("\n")
    .filter((line) => line.includes('"_aws"'));
  return { ids, metrics: lines.map((line) => JSON.parse(line) as Metrics) };
}

suite("metrics of the host", () => {
  test("have the form that CloudWatch reads, one line an event", async () => {
    const { ids, metrics } = await measure("hello.sh", [1, 7, 2]);
    assert.deepEqual(
      metrics.map(({ requestId }) => requestId),
      ids,
    );
    for (const line of metrics) {
      const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics as [
        Metrics["_aws"]["CloudWatchMetrics"][number],
      ];
      assert.equal(Namespace, "My/Scripts");
      assert.deepEqual(Dimensions, [["FunctionName"]]);
      assert.equal(line.FunctionName, "test");
      assert.ok(Math.abs(Date.now() - line._aws.Timestamp) < 60_000);
      for (const { Name } of Metrics) assert.equal(typeof line[Name], "number", Name);
      assert.ok((line.Duration as number) >= 50);
      assert.ok((line.PeakMemory as number) > 0.1 && (line.PeakMemory as number) < 500);
    }
    const [first, second, third] = metrics as [Metrics, Metrics, Metrics];
    assert.deepEqual(
      [first, second, third].map(({ ColdStart }) => ColdStart),
      [1, 0, 0],
    );
    assert.ok((first.StartUp as number) > 5);
    assert.equal(second.StartUp, undefined);
    assert.deepEqual(
      [first, second, third].map(({ ExitStatus }) => ExitStatus),
      [0, 7, 0],
    );
    assert.deepEqual(
      [first, second, third].map(({ Errors }) => Errors),
      [0, 1, 0],
    );
    assert.deepEqual(
      [first, second, third].map(({ BytesOut }) => BytesOut),
      [6, 0, 6],
    );
    assert.equal(second.errorType, "Function.Exit7");
  });

  test("are told of functions and of streams, too", async () => {
    const { metrics } = await measure("index.handler", [1, 7]);
    assert.deepEqual(
      metrics.map(({ Errors, BytesOut, errorType }) => [Errors, BytesOut, errorType]),
      [
        [0, 6, undefined],
        [1, 0, "TypeError"],
      ],
    );
    const streamed = await measure("index.stream", [1]);
    assert.deepEqual(
      streamed.metrics.map(({ BytesOut }) => BytesOut),
      [8],
    );
  });

  test("pass the JSON log as they are, whatever the level, and many at a time", async () => {
    const { ids, metrics } = await measure("index.handler", [1, 2], {
      AWS_LAMBDA_MAX_CONCURRENCY: "2",
      AWS_LAMBDA_LOG_LEVEL: "FATAL",
    });
    assert.deepEqual(
      metrics.map(({ requestId }) => requestId),
      ids,
    );
  });

  test("are not written without the setting", async () => {
    const { metrics } = await measure("hello.sh", [1], { STDLAMBDA_METRICS_NAMESPACE: "" });
    assert.deepEqual(metrics, []);
  });
});
