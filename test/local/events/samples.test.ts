// The sample events hold what functions rely on: shapes, digests, encodings, names that agree.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { catalog, type SampleFacts, type SampleName } from "../../../local/events/catalog.ts";
import { samples } from "../../../local/events/samples.ts";

const folder = join(import.meta.dirname, "../../../local/events/samples");

// biome-ignore lint/suspicious/noExplicitAny: a test walks events as a handler does
type Event = any;
const sample = (name: SampleName): Event => samples[name];
const fromBase64 = (text: string) => Buffer.from(text, "base64");
const asJson = (text: string) => JSON.parse(fromBase64(text).toString());
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** Every text of an event, with the names that lead to it. */
function* texts(value: unknown, path = ""): Generator<[path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* texts(inner, `${path}.${name}`);
}

test("every sample has its file, its words and its page", () => {
  const names = Object.keys(catalog).sort();
  assert.deepEqual(readdirSync(folder).sort(), names.map((name) => `${name}.json`).sort());
  assert.deepEqual(Object.keys(samples).sort(), names);
  assert.ok(names.length > 30);
  for (const [name, facts] of Object.entries(catalog) as [string, SampleFacts][]) {
    // One line of a terminal, beside the longest name.
    assert.ok(facts.description.length <= 76, `${name}: ${facts.description.length} characters`);
    assert.match(facts.page ?? "none.html", /^[\w./-]+\.html$/, name);
  }
});

test("an account is AWS's example, an address is of documentation or loopback", () => {
  for (const [name, event] of Object.entries(samples)) {
    for (const [path, text] of texts(event)) {
      for (const [arn] of text.matchAll(/arn:aws:[^\s"]+/g)) {
        assert.match(arn.split(":")[4] as string, /^(?:012345678912)?$/, `${name}${path}`);
      }
      for (const [address] of text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g)) {
        assert.match(address, /^(?:203\.0\.113\.|127\.0\.0\.1$|1(?:00|40)\.)/, `${name}${path}`);
      }
    }
  }
});

describe("HTTP", () => {
  test("requests are told apart as by AWS's own adapters", () => {
    assert.equal(sample("api-gateway-v1").requestContext.httpMethod, "POST");
    for (const name of ["api-gateway-v2", "function-url"] as const) {
      assert.equal(sample(name).version, "2.0");
      assert.equal(sample(name).requestContext.http.method, "POST");
      assert.equal(sample(name).rawPath, sample(name).requestContext.http.path);
    }
    assert.match(sample("function-url").requestContext.domainName, /\.lambda-url\./);
    assert.match(sample("alb").requestContext.elb.targetGroupArn, /:targetgroup\//);
    assert.equal(sample("websocket").requestContext.eventType, "MESSAGE");
  });

  for (const name of ["api-gateway-v1", "api-gateway-v2", "function-url", "alb"] as const) {
    test(`${name} has a JSON body of the length and type that its headers say`, () => {
      const { body, headers, isBase64Encoded } = sample(name);
      const header = Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
      );
      assert.equal(isBase64Encoded, false);
      assert.equal(header["content-type"], "application/json");
      assert.deepEqual(Object.keys(JSON.parse(body)), ["orderId", "article", "quantity"]);
      if (name !== "api-gateway-v1") {
        assert.equal(header["content-length"], String(Buffer.byteLength(body)));
        assert.deepEqual(headers, header, "names are in lower case");
      }
    });
  }

  test("REST API's lists end with the single values", () => {
    const event = sample("api-gateway-v1");
    for (const [single, list] of [
      [event.headers, event.multiValueHeaders],
      [event.queryStringParameters, event.multiValueQueryStringParameters],
    ]) {
      assert.deepEqual(
        Object.fromEntries(Object.entries<string[]>(list).map(([k, v]) => [k, v.at(-1)])),
        single,
      );
    }
  });

  test("payload 2.0 joins a query's repeated names, and its times agree", () => {
    for (const name of ["api-gateway-v2", "function-url"] as const) {
      const { rawQueryString, queryStringParameters, requestContext } = sample(name);
      const query = new URLSearchParams(rawQueryString);
      for (const [key, value] of Object.entries(queryStringParameters)) {
        assert.equal(query.getAll(key).join(","), value);
      }
      const [, day, month, year, time] =
        /^(\d+)\/(\w+)\/(\d+):(\S+) \+0000$/.exec(requestContext.time) ?? [];
      const epoch = Date.parse(`${day} ${month} ${year} ${time} UTC`);
      assert.equal(Math.floor(requestContext.timeEpoch / 1000) * 1000, epoch);
    }
  });
});

describe("queues and topics", () => {
  for (const name of ["sqs", "sqs-fifo", "sns-in-sqs"] as const) {
    test(`${name} has true digests and different message ids`, () => {
      const { Records } = sample(name);
      for (const { body, md5OfBody, eventSource } of Records) {
        assert.equal(md5OfBody, md5(body));
        assert.equal(eventSource, "aws:sqs");
        assert.equal(typeof JSON.parse(body), "object");
      }
      assert.equal(new Set(Records.map((record: Event) => record.messageId)).size, Records.length);
    });
  }

  test("a FIFO queue's messages are of one group, in the order of their numbers", () => {
    const attributes = sample("sqs-fifo").Records.map((record: Event) => record.attributes);
    assert.match(sample("sqs-fifo").Records[0].eventSourceARN, /\.fifo$/);
    assert.equal(attributes[0].MessageGroupId, attributes[1].MessageGroupId);
    assert.ok(BigInt(attributes[0].SequenceNumber) < BigInt(attributes[1].SequenceNumber));
  });

  test("a queue's message holds the notification, under the names of SNS's HTTP form", () => {
    const { Sns } = sample("sns").Records[0];
    const inQueue = JSON.parse(sample("sns-in-sqs").Records[0].body);
    assert.equal(inQueue.Message, Sns.Message);
    assert.equal(inQueue.SigningCertURL, Sns.SigningCertUrl);
    assert.equal(JSON.parse(Sns.Message).orderId, "A-1001");
  });
});

describe("streams", () => {
  test("Kinesis, Firehose, Kafka and MQ carry JSON in base64", () => {
    const data = [
      ...sample("kinesis").Records.map((record: Event) => record.kinesis.data),
      ...sample("firehose").records.map((record: Event) => record.data),
      ...sample("mq").messages.map((message: Event) => message.data),
      ...Object.values<Event[]>(sample("kafka").records).flatMap((list) =>
        list.map(({ value }) => value),
      ),
    ];
    assert.equal(data.length, 7);
    for (const text of data) assert.match(asJson(text).orderId, /^A-100[12]$/);
  });

  test("a Kinesis record's id ends with its sequence number, and the numbers grow", () => {
    const { Records } = sample("kinesis");
    for (const { eventID, kinesis } of Records) {
      assert.equal(eventID, `shardId-000000000003:${kinesis.sequenceNumber}`);
    }
    const [first, second] = Records.map((record: Event) => BigInt(record.kinesis.sequenceNumber));
    assert.ok(first < second);
  });

  for (const name of ["kafka", "kafka-self-managed"] as const) {
    test(`${name} keeps records by topic and partition, headers as bytes`, () => {
      const { eventSource, records } = sample(name);
      assert.equal(eventSource, name === "kafka" ? "aws:kafka" : "SelfManagedKafka");
      for (const [key, list] of Object.entries<Event[]>(records)) {
        for (const { topic, partition, key: recordKey, headers } of list) {
          assert.equal(key, `${topic}-${partition}`);
          assert.equal(fromBase64(recordKey).toString(), "customer-17");
          assert.equal(Buffer.from(headers[0].source).toString(), "shop");
        }
      }
    });
  }

  test("a DynamoDB stream has the images of its view, as typed attributes", () => {
    const kinds = sample("dynamodb-stream").Records.map(({ eventName, dynamodb }: Event) => [
      eventName,
      "OldImage" in dynamodb,
      "NewImage" in dynamodb,
    ]);
    assert.deepEqual(kinds, [
      ["INSERT", false, true],
      ["MODIFY", true, true],
      ["REMOVE", true, false],
    ]);
    for (const { dynamodb } of sample("dynamodb-stream").Records) {
      assert.deepEqual((dynamodb.NewImage ?? dynamodb.OldImage).orderId, dynamodb.Keys.orderId);
    }
  });
});

describe("logs, objects and the rest", () => {
  test("CloudWatch Logs' data is a gzip of a message with its log events", () => {
    const message = JSON.parse(
      gunzipSync(fromBase64(sample("cloudwatch-logs").awslogs.data)).toString(),
    );
    assert.equal(message.messageType, "DATA_MESSAGE");
    assert.equal(message.logGroup, "/aws/lambda/orders");
    assert.match(message.logEvents[0].message, /^ERROR order A-1001/);
  });

  test("S3 encodes a key in its own event, and not through EventBridge", () => {
    const { key } = sample("s3-put").Records[0].s3.object;
    assert.equal(key, "incoming/stock+list.csv");
    const plain = sample("eventbridge-s3").detail.object.key;
    assert.equal(decodeURIComponent(key.replaceAll("+", " ")), plain);
    const removed = sample("s3-delete").Records[0];
    assert.equal(removed.eventName, "ObjectRemoved:Delete");
    assert.deepEqual(Object.keys(removed.s3.object), ["key", "sequencer"]);
    assert.ok(removed.s3.object.sequencer > sample("s3-put").Records[0].s3.object.sequencer);
  });

  test("Config's two texts are JSON", () => {
    const { invokingEvent, ruleParameters } = sample("config");
    assert.equal(JSON.parse(invokingEvent).configurationItem.resourceType, "AWS::S3::Bucket");
    assert.equal(JSON.parse(ruleParameters).requiredTag, "team");
  });

  test("a custom resource's answer goes nowhere on the net", () => {
    assert.equal(new URL(sample("custom-resource").ResponseURL).hostname, "127.0.0.1");
  });

  test("Cognito's response waits to be filled in", () => {
    assert.deepEqual(sample("cognito-pre-sign-up").response, {
      autoConfirmUser: false,
      autoVerifyEmail: false,
      autoVerifyPhone: false,
    });
  });

  test("Lex proposes the intent of its first interpretation", () => {
    const { interpretations, proposedNextState, sessionState } = sample("lex");
    assert.equal(interpretations[0].intent.name, sessionState.intent.name);
    assert.equal(proposedNextState.intent.name, sessionState.intent.name);
  });

  test("EventBridge's events share their envelope", () => {
    for (const name of ["eventbridge", "eventbridge-s3", "schedule"] as const) {
      const { version, id, source, account, time, region, resources, detail } = sample(name);
      assert.deepEqual([version, account, region], ["0", "012345678912", "us-east-1"]);
      assert.match(id, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.ok(source && Array.isArray(resources) && typeof detail === "object");
    }
  });
});
