// A sample by its name, and `PATH=VALUE` on it: what is changed, what is refused.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ExpectedError } from "../../../host/expected-error.ts";
import { assign } from "../../../local/events/assign.ts";
import { parseAssignment } from "../../../local/events/assignment.ts";
import { sampleEvent } from "../../../local/events/sample.ts";

/** The object, after the assignments. */
function changed(event: object, ...assignments: string[]): object {
  for (const text of assignments) assign(event, parseAssignment(text));
  return event;
}

describe("a sample", () => {
  test("is the caller's own copy", async () => {
    await sampleEvent("hello", ["name=Ada"]);
    assert.deepEqual(await sampleEvent("hello"), { name: "World" });
  });

  test("that does not exist names the nearest", async () => {
    await assert.rejects(sampleEvent("api-gatway-v2"), {
      name: "ExpectedError",
      message: /nearest names are api-gateway-v2, /,
    });
    await assert.rejects(sampleEvent("s3"), {
      message: /s3-put, s3-delete, eventbridge-s3$/,
      remedy: /events list/,
    });
    for (const name of ["", "__proto__", "toString", "../catalog"]) {
      await assert.rejects(sampleEvent(name), ExpectedError);
    }
  });
});

describe("PATH=VALUE", () => {
  test("leads through objects and lists, with dots or brackets", () => {
    for (const path of ["list.1.a", ".list[1].a", 'list[1]["a"]', '["list"][1]["a"]']) {
      assert.deepEqual(changed({ list: [0, { a: 1 }] }, `${path}=2`), { list: [0, { a: 2 }] });
    }
    assert.deepEqual(changed({ "a.b": { "c=d": 1 } }, '["a.b"]["c=d"]=2'), {
      "a.b": { "c=d": 2 },
    });
  });

  test("takes a value as JSON when it is JSON, else as a text", () => {
    const values: [string, unknown][] = [
      ["7", 7],
      ["true", true],
      ["null", null],
      ['{"b":[1]}', { b: [1] }],
      ['"7"', "7"],
      ["seven", "seven"],
      ["", ""],
      ["007", "007"],
      ["{b", "{b"],
      ["x=y", "x=y"],
      ["9007199254740991", 9007199254740991],
    ];
    for (const [text, value] of values)
      assert.deepEqual(changed({ a: 0 }, `a=${text}`), { a: value });
  });

  test("refuses a number that would become another one", () => {
    assert.throws(() => parseAssignment("a=12345678901234567890"), {
      message: /too many digits/,
      remedy: /quotes/,
    });
  });

  test("adds a member to an object, and an item at the end of a list", () => {
    assert.deepEqual(changed({ a: { b: 1 }, l: [1] }, "a.c=2", "l.1=2", "l[2]=3"), {
      a: { b: 1, c: 2 },
      l: [1, 2, 3],
    });
    assert.deepEqual(changed({}, "first=1"), { first: 1 });
  });

  test("treats __proto__ as any other name", () => {
    const event = changed({}, '__proto__={"polluted":true}');
    assert.equal(Object.getPrototypeOf(event), Object.prototype);
    assert.deepEqual(Object.keys(event), ["__proto__"]);
    assert.throws(() => changed({}, "__proto__.polluted=1"), ExpectedError);
    assert.throws(() => changed({}, "constructor.prototype=1"), ExpectedError);
  });

  const refused: [string, RegExp][] = [
    ["bukket.name=1", /the event has no "bukket"; did you mean bucket\?/],
    ["bucket.owner.id=1", /bucket has no "owner"; did you mean bucket\.name\?/],
    ["empty.a.b=1", /empty has no "a"; it is empty/],
    ["list.x=1", /list is a list, and "x" is not an index from 0 to 1\n.*list\.0; 1 adds one/],
    ["list.2=1", /"2" is not an index from 0 to 1/],
    ["list.01=1", /"01" is not an index/],
    ["list.1.a=1", /list has no item 1 yet\nAdd it as a whole: list\.1=/],
    ["bucket.name.first=1", /bucket\.name is a text and cannot have members/],
    ["none.a=1", /none is null and cannot have members/],
    ["bucket.name", /"bucket\.name" is not PATH=VALUE, at its end/],
    ["=1", /"=1" is not PATH=VALUE, at "=1"/],
    ["bucket..name=1", /is not PATH=VALUE, at "\.\.name=1"/],
    ["list[x]=1", /is not PATH=VALUE, at "\[x\]=1"/],
    ['bucket["\\q"]=1', /is not a quoted name/],
    ["", /is not PATH=VALUE/],
  ];
  for (const [text, message] of refused) {
    test(`refuses ${JSON.stringify(text)} and leaves the event as it was`, () => {
      const event = { bucket: { name: "b" }, list: [{ a: 1 }], empty: {}, none: null };
      const before = structuredClone(event);
      assert.throws(
        () => changed(event, text),
        (error: ExpectedError) => {
          assert.match([error.message, error.remedy].join("\n"), message);
          return error.exitStatus === 2;
        },
      );
      assert.deepEqual(event, before);
    });
  }

  test("sets what it names, whatever the names are", () => {
    const name = fc.string({ minLength: 1 });
    // A number with more digits than are kept is refused, as its own test says.
    const exact = fc.jsonValue().filter((value) => !/\d{16}/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(name, name, exact, (outer, inner, value) => {
        const event = JSON.parse(`{${JSON.stringify(outer)}:{}}`);
        const path = `[${JSON.stringify(outer)}][${JSON.stringify(inner)}]`;
        changed(event, `${path}=${JSON.stringify(value)}`);
        const expected = `{${JSON.stringify(outer)}:{${JSON.stringify(inner)}:${JSON.stringify(value)}}}`;
        assert.equal(JSON.stringify(event), JSON.stringify(JSON.parse(expected)));
      }),
    );
  });

  test("any text at all is read or refused, never anything else", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseAssignment(text);
        } catch (error) {
          assert.ok(error instanceof ExpectedError);
        }
      }),
    );
  });
});
