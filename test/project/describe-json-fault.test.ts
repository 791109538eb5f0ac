// Where JSON breaks off, in words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeJsonFault } from "../../project/describe-json-fault.ts";

test("the line, the column and a mark under the place are told", () => {
  const fault = describeJsonFault('{\n\t"a": 1\n\t"b": 2\n}');
  assert.deepEqual(fault?.place, { line: 3, column: 2 });
  assert.deepEqual(fault?.text.split("\n"), [
    'a comma or } is expected, not "\\""',
    '     "b": 2',
    "     ^",
  ]);
});

test("of a long line only what is near is shown", () => {
  const { text = "" } = describeJsonFault(`{"a":"${"x".repeat(500)}" 1}${" ".repeat(500)}`) ?? {};
  const [, line = "", mark = ""] = text.split("\n");
  assert.ok(line.length <= 64);
  assert.equal(line[mark.indexOf("^")], "1");
});

test("JSON has no fault", () => {
  assert.equal(describeJsonFault('{"a":[1,2,{"b":null}]}'), undefined);
});
