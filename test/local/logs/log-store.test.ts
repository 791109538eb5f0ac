// What the store keeps, in what order, and that it never grows beyond its bound.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { eventId, type LogEvent, parseEventId } from "../../../local/logs/log-event.ts";
import { createLogStore } from "../../../local/logs/log-store.ts";

const messagesOf = (events: readonly LogEvent[]) => events.map(({ message }) => message);

describe("events", () => {
  test("are sorted by their time, and those of one time as they came", () => {
    const store = createLogStore();
    store.append("g", "s", "second", 2000);
    store.append("g", "s", "third", 2000);
    store.append("g", "s", "first", 1000);
    store.append("g", "s", "last", 3000.9);
    const events = store.events({ group: "g" });
    assert.deepEqual(messagesOf(events), ["first", "second", "third", "last"]);
    assert.equal(events.at(-1)?.timestampMs, 3000);
  });

  test("can be asked for by stream, time and what was seen last", () => {
    const store = createLogStore();
    for (const [index, stream] of ["a", "b", "a", "b"].entries()) {
      store.append("g", stream, `${index}`, index);
    }
    const ask = (query: object) => messagesOf(store.events({ group: "g", ...query }));
    assert.deepEqual(ask({ stream: "b" }), ["1", "3"]);
    assert.deepEqual(ask({ start: 1, end: 2 }), ["1", "2"]);
    assert.deepEqual(ask({ start: 4 }), []);
    const second = store.events({ group: "g" })[1] as LogEvent;
    assert.deepEqual(ask({ after: eventId(second) }), ["2", "3"]);
    assert.deepEqual(ask({ after: eventId(second), start: 3 }), ["3"]);
    assert.deepEqual(messagesOf(store.events({ group: "other" })), []);
  });

  test("have ids that sort as the events do", () => {
    const times = fc.array(fc.nat(50), { maxLength: 40 });
    fc.assert(
      fc.property(times, (timestamps) => {
        const store = createLogStore();
        for (const timestamp of timestamps) store.append("g", "s", "x", timestamp);
        const events = store.events({ group: "g" });
        const ids = events.map(eventId);
        assert.equal(new Set(ids).size, timestamps.length);
        assert.deepEqual(ids, [...ids].sort());
        for (const [index, id] of ids.entries()) {
          const { timestampMs, sequence } = events[index] as LogEvent;
          assert.match(id, /^\d{56}$/);
          assert.deepEqual(parseEventId(id), { timestampMs, sequence });
        }
      }),
    );
    assert.equal(parseEventId("9".repeat(56)), undefined);
    assert.equal(parseEventId("12"), undefined);
  });

  test("are told to who listens, until he has enough", () => {
    const store = createLogStore();
    const heard: string[] = [];
    const stop = store.subscribe(({ group, stream, message }) =>
      heard.push(`${group} ${stream} ${message}`),
    );
    store.append("g", "s", "one");
    stop();
    stop();
    store.append("g", "s", "two");
    assert.deepEqual(heard, ["g s one"]);
  });
});

describe("groups and streams", () => {
  test("are there from their first event on, sorted by name", () => {
    const store = createLogStore();
    assert.deepEqual(store.groups(), []);
    assert.equal(store.streams("g"), undefined);
    store.append("h", "s", "€", 5);
    store.append("g", "b", "x", 7);
    store.append("g", "a", "x", 5);
    store.append("g", "b", "x", 6);
    assert.deepEqual(
      store.groups().map(({ name, storedBytes }) => [name, storedBytes]),
      [
        ["g", 3 * 27],
        ["h", 29],
      ],
    );
    assert.deepEqual(
      store
        .streams("g")
        ?.map(({ name, firstEventMs, lastEventMs }) => [name, firstEventMs, lastEventMs]),
      [
        ["a", 5, 5],
        ["b", 6, 7],
      ],
    );
  });
});

describe("the bound", () => {
  test("lets the oldest events of a group go, and streams without events", () => {
    const store = createLogStore({ maximumBytesPerGroup: 10_000 });
    for (let index = 0; index < 1000; index += 1) {
      store.append("g", `stream ${index}`, `${index}`.padEnd(100), index);
      if (index % 100 === 0) store.append("small", "s", "stays");
    }
    const kept = store.events({ group: "g" });
    assert.ok(kept.length > 30 && kept.length < 60);
    assert.equal(kept.at(-1)?.timestampMs, 999);
    assert.equal(kept[0]?.timestampMs, 1000 - kept.length);
    assert.equal(store.streams("g")?.length, kept.length);
    assert.equal(store.events({ group: "small" }).length, 10);
    const [first] = store.events({ group: "g", start: 0, end: 990 });
    assert.equal(first, kept[0]);
  });

  test("keeps the newest event, however long it is", () => {
    const store = createLogStore({ maximumBytesPerGroup: 100 });
    store.append("g", "s", "x".repeat(1000));
    store.append("g", "s", "y".repeat(1000));
    assert.deepEqual(messagesOf(store.events({ group: "g" })), ["y".repeat(1000)]);
  });

  test("holds for empty messages, too", () => {
    const store = createLogStore({ maximumBytesPerGroup: 16_000 });
    for (let index = 0; index < 1000; index += 1) store.append("g", "s", "");
    assert.equal(store.events({ group: "g" }).length, 100);
  });

  test("is a bound of memory: endless appends leave it flat", () => {
    const store = createLogStore({ maximumBytesPerGroup: 1024 * 1024 });
    const fill = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        // Built at run time: a literal would be one string for all.
        store.append("g", `stream ${index >> 6}`, `${index} ${"x".repeat(index % 200)}`);
      }
    };
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const heap = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    fill(50_000);
    const before = heap();
    fill(400_000);
    // What grew with the events would grow by some 100 MB.
    assert.ok(heap() - before < 4 * 1024 * 1024);
    assert.ok((store.groups()[0]?.storedBytes ?? 0) < 1024 * 1024);
  });
});
