// The operations of the log API: what they find, how they page, what they refuse.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createLogStore, type LogStore } from "../../../../local/logs/log-store.ts";
import { call } from "../logs-server.ts";

const group = "/aws/lambda/hello";

function storeWith(count: number): LogStore {
  const store = createLogStore();
  for (let index = 0; index < count; index += 1) {
    store.append(group, index % 2 === 0 ? "even" : "odd", `event ${index}`, 1000 + index);
  }
  return store;
}

interface Events {
  readonly events: readonly { readonly message: string; readonly timestamp: number }[];
  readonly nextToken?: string;
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
}

function ask(store: LogStore, operation: string, input: object): Events {
  const { status, body } = call(operation, { logGroupName: group, ...input }, store);
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as Events;
}

const numbers = ({ events }: Events) => events.map(({ message }) => Number(message.slice(6)));

function refused(operation: string, input: unknown, store = storeWith(2)) {
  const { status, body } = call(operation, input, store);
  assert.equal(status, 400);
  return `${body.__type}: ${body.message}`;
}

describe("FilterLogEvents", () => {
  const filter = (store: LogStore, input: object) => ask(store, "FilterLogEvents", input);

  test("gives events as CloudWatch does, with the newline of the line", () => {
    const { events, ...rest } = filter(storeWith(1), {});
    const [{ ingestionTime, eventId, ...event }] = events as unknown as [Record<string, unknown>];
    assert.deepEqual(event, { logStreamName: "even", timestamp: 1000, message: "event 0\n" });
    assert.equal(typeof ingestionTime, "number");
    assert.match(String(eventId), /^\d{56}$/);
    assert.deepEqual(rest, { searchedLogStreams: [] });
  });

  test("keeps to the time, both ends included, the streams and the pattern", () => {
    const store = storeWith(10);
    assert.deepEqual(numbers(filter(store, { startTime: 1002, endTime: 1004 })), [2, 3, 4]);
    assert.deepEqual(numbers(filter(store, { logStreamNames: ["odd"] })), [1, 3, 5, 7, 9]);
    assert.deepEqual(numbers(filter(store, { logStreamNamePrefix: "ev" })), [0, 2, 4, 6, 8]);
    assert.deepEqual(numbers(filter(store, { filterPattern: "%[3-5]$%" })), [3, 4, 5]);
    assert.deepEqual(numbers(filter(store, { startTime: 5000 })), []);
    assert.deepEqual(numbers(filter(store, { startTime: null, interleaved: true })).length, 10);
  });

  test("takes the group's name or ARN as identifier", () => {
    const arn = `arn:aws:logs:us-east-1:012345678912:log-group:${group}`;
    for (const logGroupIdentifier of [group, arn]) {
      const found = ask(storeWith(1), "FilterLogEvents", {
        logGroupName: undefined,
        logGroupIdentifier,
      });
      assert.deepEqual(numbers(found), [0]);
    }
  });

  test("pages through all events, none twice and none left out, while more come", () => {
    const store = storeWith(25);
    const found: number[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = filter(store, { limit: 4, filterPattern: "-0", nextToken });
      found.push(...numbers(page));
      if (pages === 1) store.append(group, "late", "event 99", 9999);
      nextToken = page.nextToken;
      pages += 1;
    } while (nextToken !== undefined);
    const expected = Array.from({ length: 25 }, (_, index) => index).filter(
      (index) => !String(index).includes("0"),
    );
    assert.deepEqual(found, [...expected, 99]);
    assert.equal(pages, Math.ceil(found.length / 4));
  });

  test("gives no more than a megabyte at once", () => {
    const store = createLogStore();
    for (let index = 0; index < 30; index += 1) {
      store.append(group, "s", `event ${index} ${"x".repeat(100_000)}`, index);
    }
    const first = filter(store, {});
    assert.equal(first.events.length, 10);
    assert.equal(filter(store, { nextToken: first.nextToken }).events.length, 10);
  });

  test("refuses what CloudWatch refuses", () => {
    const ask = (input: unknown) => refused("FilterLogEvents", input);
    assert.equal(
      ask({ logGroupName: "none" }),
      "ResourceNotFoundException: The specified log group does not exist.",
    );
    // The model's pattern has no asterisk, so AWS refuses the form with :* as well.
    const all = `arn:aws:logs:us-east-1:012345678912:log-group:${group}:*`;
    assert.match(ask({ logGroupIdentifier: all }), /^InvalidParameterException/);
    const other = "arn:aws:logs:eu-west-1:012345678912:log-group:x";
    assert.match(ask({ logGroupIdentifier: other }), /^ResourceNotFoundException/);
    assert.equal(
      ask({ logGroupName: group, logStreamNames: ["even", "none"] }),
      "ResourceNotFoundException: The specified log stream does not exist.",
    );
    assert.equal(
      ask({ logGroupName: "", limit: 10_001 }),
      "InvalidParameterException: 3 validation errors detected: Value '' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [.\\-_/#A-Za-z0-9]+; Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    );
    for (const input of [
      {},
      { logGroupName: group, logGroupIdentifier: group },
      { logGroupName: "a b" },
      { logGroupName: group, limit: 0 },
      { logGroupName: group, startTime: -1 },
      { logGroupName: group, filterPattern: "x".repeat(1025) },
      { logGroupName: group, filterPattern: "{ $.a }" },
      { logGroupName: group, logStreamNames: [] },
      { logGroupName: group, logStreamNames: ["a:b"] },
      { logGroupName: group, logStreamNames: ["even"], logStreamNamePrefix: "e" },
      { logGroupName: group, nextToken: "made up" },
      { logGroupName: group, nextToken: "" },
      { logGroupName: group, logStreamNames: [null] },
    ]) {
      assert.match(ask(input), /^InvalidParameterException: /, JSON.stringify(input));
    }
    for (const input of [
      "no JSON",
      "[]",
      "null",
      { logGroupName: 1 },
      { logGroupName: group, limit: "1" },
      { logGroupName: group, limit: 1.5 },
      { logGroupName: group, logStreamNames: "even" },
      { logGroupName: group, interleaved: "yes" },
    ]) {
      assert.match(ask(input), /^SerializationException: /, JSON.stringify(input));
    }
    assert.match(
      ask({ logGroupName: group, filterPattern: "a.b" }),
      /Invalid character\(s\) in term 'a\.b'/,
    );
  });
});

describe("GetLogEvents", () => {
  const get = (store: LogStore, input: object) =>
    ask(store, "GetLogEvents", { logStreamName: "even", ...input });

  test("gives the last events first, or the first ones when asked, each page in order", () => {
    const store = storeWith(20);
    assert.deepEqual(numbers(get(store, { limit: 3 })), [14, 16, 18]);
    assert.deepEqual(numbers(get(store, { limit: 3, startFromHead: true })), [0, 2, 4]);
    assert.deepEqual(numbers(get(store, { startTime: 1004, endTime: 1008 })), [4, 6]);
  });

  test("goes forwards to the end, where the token stays, and on when there is more", () => {
    const store = storeWith(10);
    let page = get(store, { limit: 3, startFromHead: true });
    const found = numbers(page);
    for (let turn = 0; turn < 3; turn += 1) {
      const nextToken = page.nextForwardToken;
      page = get(store, { limit: 3, startFromHead: true, nextToken });
      found.push(...numbers(page));
    }
    assert.deepEqual(found, [0, 2, 4, 6, 8]);
    const end = get(store, { nextToken: page.nextForwardToken, startFromHead: true });
    assert.equal(end.nextForwardToken, page.nextForwardToken);
    store.append(group, "even", "event 100", 5000);
    assert.deepEqual(numbers(get(store, { nextToken: end.nextForwardToken })), [100]);
  });

  test("goes backwards to the beginning, and forwards again from there", () => {
    const store = storeWith(10);
    const last = get(store, { limit: 3 });
    const first = get(store, { limit: 3, nextToken: last.nextBackwardToken });
    assert.deepEqual(
      [numbers(last), numbers(first)],
      [
        [4, 6, 8],
        [0, 2],
      ],
    );
    const before = get(store, { nextToken: first.nextBackwardToken });
    assert.deepEqual(numbers(before), []);
    assert.equal(before.nextBackwardToken, first.nextBackwardToken);
    const again = get(store, { nextToken: before.nextForwardToken, limit: 2 });
    assert.deepEqual(numbers(again), [0, 2]);
  });

  test("gives tokens where there is no event, which find what comes later", () => {
    const store = storeWith(4);
    const none = get(store, { startTime: 5000 });
    assert.deepEqual(numbers(none), []);
    store.append(group, "even", "event 100", 6000);
    const { nextForwardToken: nextToken } = none;
    assert.deepEqual(numbers(get(store, { startTime: 5000, nextToken })), [100]);
  });

  test("refuses a stream that is missing or unknown, and a token of its own making", () => {
    assert.match(
      refused("GetLogEvents", { logGroupName: group }),
      /at 'logStreamName'.*not be null/,
    );
    assert.equal(
      refused("GetLogEvents", { logGroupName: group, logStreamName: "none" }),
      "ResourceNotFoundException: The specified log stream does not exist.",
    );
    for (const nextToken of ["x", "f/1/s", `g/${"0".repeat(56)}/s`]) {
      const input = { logGroupName: group, logStreamName: "even", nextToken };
      assert.match(refused("GetLogEvents", input), /nextToken is invalid/);
    }
  });
});

describe("DescribeLogStreams", () => {
  const streamsOf = (store: LogStore, input: object) => {
    const { status, body } = call("DescribeLogStreams", { logGroupName: group, ...input }, store);
    assert.equal(status, 200);
    const { logStreams, nextToken } = body as {
      logStreams: { logStreamName: string }[];
      nextToken?: string;
    };
    return { names: logStreams.map(({ logStreamName }) => logStreamName), nextToken, logStreams };
  };

  function storeOf(names: readonly string[]): LogStore {
    const store = createLogStore();
    for (const [index, name] of names.entries()) store.append(group, name, "x", 100 - (index >> 1));
    return store;
  }

  test("tells of each stream what CloudWatch tells", () => {
    const [stream] = streamsOf(storeWith(5), {}).logStreams as unknown as [Record<string, unknown>];
    const { creationTime, lastIngestionTime, uploadSequenceToken, ...rest } = stream;
    assert.deepEqual(rest, {
      logStreamName: "even",
      firstEventTimestamp: 1000,
      lastEventTimestamp: 1004,
      arn: "arn:aws:logs:us-east-1:012345678912:log-group:/aws/lambda/hello:log-stream:even",
      storedBytes: 0,
    });
    assert.deepEqual(
      [creationTime, lastIngestionTime, uploadSequenceToken].map((value) => typeof value),
      ["number", "number", "string"],
    );
  });

  test("sorts by name or by time, either way, and keeps to a prefix", () => {
    const store = storeOf(["b", "a", "ab", "c"]);
    assert.deepEqual(streamsOf(store, {}).names, ["a", "ab", "b", "c"]);
    assert.deepEqual(streamsOf(store, { descending: true }).names, ["c", "b", "ab", "a"]);
    assert.deepEqual(streamsOf(store, { logStreamNamePrefix: "a" }).names, ["a", "ab"]);
    const byTime = { orderBy: "LastEventTime" };
    assert.deepEqual(streamsOf(store, byTime).names, ["ab", "c", "a", "b"]);
    assert.deepEqual(streamsOf(store, { ...byTime, descending: true }).names, [
      "b",
      "a",
      "c",
      "ab",
    ]);
  });

  test("pages in every order", () => {
    const names = Array.from({ length: 120 }, (_, index) => `s${index}`);
    const store = storeOf(names);
    for (const order of ["LogStreamName", "LastEventTime"]) {
      for (const descending of [true, false]) {
        const found: string[] = [];
        let nextToken: string | undefined;
        do {
          const page = streamsOf(store, { orderBy: order, descending, nextToken });
          assert.ok(page.names.length <= 50);
          found.push(...page.names);
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        assert.deepEqual(found.toSorted(), names.toSorted());
      }
    }
  });

  test("refuses a prefix with the order of time, an unknown order and too many at once", () => {
    const ask = (input: object) => refused("DescribeLogStreams", { logGroupName: group, ...input });
    assert.match(ask({ orderBy: "LastEventTime", logStreamNamePrefix: "a" }), /^InvalidParameter/);
    assert.match(ask({ orderBy: "Name" }), /enum value set: \[LogStreamName, LastEventTime\]/);
    assert.match(ask({ limit: 51 }), /less than or equal to 50/);
    assert.match(ask({ logGroupName: "none" }), /^ResourceNotFoundException/);
  });
});

describe("DescribeLogGroups", () => {
  const store = createLogStore();
  for (const name of ["/aws/lambda/b", "/aws/lambda/a", "/other"]) store.append(name, "s", "x");
  const groupsOf = (input: object) => {
    const { status, body } = call("DescribeLogGroups", input, store);
    assert.equal(status, 200);
    return body as { logGroups: Record<string, unknown>[]; nextToken?: string };
  };
  const names = (input: object) => groupsOf(input).logGroups.map((one) => one.logGroupName);

  test("tells of each group what CloudWatch tells", () => {
    const [first] = groupsOf({}).logGroups as [Record<string, unknown>];
    const { creationTime, ...rest } = first;
    assert.equal(typeof creationTime, "number");
    const arn = "arn:aws:logs:us-east-1:012345678912:log-group:/aws/lambda/a";
    assert.deepEqual(rest, {
      logGroupName: "/aws/lambda/a",
      arn: `${arn}:*`,
      logGroupArn: arn,
      logGroupClass: "STANDARD",
      metricFilterCount: 0,
      storedBytes: 27,
    });
  });

  test("sorts by name and keeps to a prefix, a part of the name, names and a class", () => {
    assert.deepEqual(names({}), ["/aws/lambda/a", "/aws/lambda/b", "/other"]);
    assert.deepEqual(names({ logGroupNamePrefix: "/aws" }), ["/aws/lambda/a", "/aws/lambda/b"]);
    assert.deepEqual(names({ logGroupNamePattern: "the" }), ["/other"]);
    assert.deepEqual(names({ logGroupIdentifiers: ["/other", "/none"] }), ["/other"]);
    assert.deepEqual(names({ logGroupClass: "DELIVERY" }), []);
    const page = groupsOf({ limit: 2 });
    assert.equal(page.logGroups.length, 2);
    assert.deepEqual(names({ limit: 2, nextToken: page.nextToken }), ["/other"]);
  });

  test("refuses a prefix and a part of the name together", () => {
    const input = { logGroupNamePrefix: "a", logGroupNamePattern: "b" };
    assert.match(refused("DescribeLogGroups", input, store), /^InvalidParameterException/);
  });
});

test("another operation is refused with the names of those that are there", () => {
  for (const operation of ["PutLogEvents", "toString", ""]) {
    assert.match(refused(operation, {}), /^UnknownOperationException: .*FilterLogEvents/);
  }
});

test("an empty body is an empty input", () => {
  assert.equal(call("DescribeLogGroups", "", storeWith(1)).status, 200);
});
