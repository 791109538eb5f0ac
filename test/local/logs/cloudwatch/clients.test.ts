// AWS's own clients against the log API: the SDK and the command line.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  InvalidParameterException,
  PutLogEventsCommand,
  paginateDescribeLogStreams,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { execa } from "execa";
import { createLogStore, type LogStore } from "../../../../local/logs/log-store.ts";
import { missingTool } from "../../../helpers/missing-tool.ts";
import { startLogsServer } from "../logs-server.ts";

const logGroupName = "/aws/lambda/hello";

function storeWith(count: number): LogStore {
  const store = createLogStore();
  const start = Date.now() - 1000;
  for (let index = 0; index < count; index += 1) {
    store.append(logGroupName, `2026/11/21/[$LATEST]${index % 60}`, `event ${index}`, start);
  }
  return store;
}

describe("the SDK", () => {
  async function clientOf(t: Parameters<typeof startLogsServer>[0], store: LogStore) {
    const { url } = await startLogsServer(t, store);
    const credentials = { accessKeyId: "x", secretAccessKey: "x" };
    const client = new CloudWatchLogsClient({ endpoint: url, region: "us-east-1", credentials });
    t.after(() => client.destroy());
    return client;
  }

  test("reads events and pages through them", async (t) => {
    const client = await clientOf(t, storeWith(250));
    const messages: (string | undefined)[] = [];
    const paginator = paginateFilterLogEvents({ client, pageSize: 100 }, { logGroupName });
    for await (const { events } of paginator) {
      messages.push(...(events ?? []).map(({ message }) => message));
    }
    assert.deepEqual(
      messages,
      Array.from({ length: 250 }, (_, index) => `event ${index}\n`),
    );
  });

  test("describes groups and streams, and reads one stream", async (t) => {
    const client = await clientOf(t, storeWith(120));
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
    assert.deepEqual(
      logGroups?.map((group) => [group.logGroupName, group.logGroupClass]),
      [[logGroupName, "STANDARD"]],
    );
    const names: string[] = [];
    for await (const page of paginateDescribeLogStreams({ client }, { logGroupName })) {
      names.push(...(page.logStreams ?? []).flatMap((stream) => stream.logStreamName ?? []));
    }
    assert.equal(names.length, 60);
    const logStreamName = "2026/11/21/[$LATEST]7";
    const { events } = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
    assert.deepEqual(
      events?.map(({ message }) => message),
      ["event 7\n", "event 67\n"],
    );
  });

  test("knows the errors as its own", async (t) => {
    const client = await clientOf(t, storeWith(1));
    await assert.rejects(
      client.send(new FilterLogEventsCommand({ logGroupName: "none" })),
      (error) =>
        error instanceof ResourceNotFoundException &&
        error.message === "The specified log group does not exist.",
    );
    await assert.rejects(
      client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: "{ $.a }" })),
      (error) => error instanceof InvalidParameterException && /character 7/.test(error.message),
    );
    await assert.rejects(
      client.send(new PutLogEventsCommand({ logGroupName, logStreamName: "s", logEvents: [] })),
      { name: "UnknownOperationException" },
    );
  });
});

const skip = missingTool(["aws"]);

describe("the AWS command line", { skip, concurrency: 2 }, () => {
  async function aws(url: string, ...args: string[]) {
    return execa("aws", ["logs", ...args, "--endpoint-url", url], {
      reject: false,
      env: {
        AWS_ACCESS_KEY_ID: "x",
        AWS_SECRET_ACCESS_KEY: "x",
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_PAGER: "",
      },
    });
  }

  test("filters events and pages through them", async (t) => {
    const { url } = await startLogsServer(t, storeWith(30));
    const { stdout, stderr, exitCode } = await aws(
      url,
      "filter-log-events",
      "--log-group-name",
      logGroupName,
      "--filter-pattern",
      "?1 ?2",
      "--page-size",
      "7",
      "--output",
      "json",
    );
    assert.equal(exitCode, 0, stderr);
    const { events } = JSON.parse(stdout) as { events: { message: string }[] };
    const expected = Array.from({ length: 30 }, (_, index) => `event ${index}\n`);
    assert.deepEqual(
      events.map(({ message }) => message),
      expected.filter((message) => /[12]/.test(message)),
    );
  });

  test("describes the streams of a group", async (t) => {
    const { url } = await startLogsServer(t, storeWith(60));
    const { stdout, stderr, exitCode } = await aws(
      url,
      "describe-log-streams",
      "--log-group-name",
      logGroupName,
      "--order-by",
      "LastEventTime",
      "--descending",
      "--query",
      "length(logStreams)",
      "--output",
      "text",
    );
    assert.equal(exitCode, 0, stderr);
    // One line for each page of 50.
    assert.equal(stdout, "50\n10");
  });

  test("tells of a group that is not there", async (t) => {
    const { url } = await startLogsServer(t, storeWith(1));
    const { stderr, exitCode } = await aws(url, "filter-log-events", "--log-group-name", "none");
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /ResourceNotFoundException.*The specified log group does not exist\./);
  });
});
