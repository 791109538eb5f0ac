import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFunctionName } from "../../../local/control/function-name.ts";
import { shapeOf } from "../../../local/control/model.ts";

const home = { region: "us-east-1", accountId: "012345678912" };
const arn = "arn:aws:lambda:us-east-1:012345678912:function:hello";

test("every form of a name has its name and its qualifier", () => {
  for (const [text, qualifier, expected] of [
    ["hello", undefined, undefined],
    ["hello", "live", "live"],
    ["hello:live", undefined, "live"],
    ["hello:live", "live", "live"],
    ["hello:$LATEST", undefined, "$LATEST"],
    ["hello:$LATEST.PUBLISHED", undefined, "$LATEST.PUBLISHED"],
    ["function:hello", undefined, undefined],
    ["012345678912:function:hello:1", undefined, "1"],
    ["us-east-1:012345678912:function:hello", undefined, undefined],
    [arn, undefined, undefined],
    [`${arn}:live`, undefined, "live"],
    [arn, "live", "live"],
  ] as const) {
    assert.deepEqual(parseFunctionName(text, qualifier, home), {
      name: "hello",
      qualifier: expected,
    });
  }
});

test("what names nothing of this account is refused", () => {
  for (const [text, qualifier, type, message] of [
    ["hello:1", "2", "InvalidParameterValueException", /derived qualifier/],
    [arn.replace("us-east-1", "eu-west-1"), undefined, "ResourceNotFoundException", /'eu-west-1'/],
    [arn.replace("0123", "9999"), undefined, "ResourceNotFoundException", /^Function not found: /],
    ["", undefined, "ValidationException", /Value '' at 'functionName'/],
    ["a b", undefined, "ValidationException", /Value 'a b' at/],
    ["hello\n", undefined, "ValidationException", /at 'functionName'/],
    ["../hello", undefined, "ValidationException", /at 'functionName'/],
    ["hello:1:2", undefined, "ValidationException", /at 'functionName'/],
    ["arn:aws:ec2:us-east-1:012345678912:function:hello", undefined, "ValidationException", /ec2/],
  ] as const) {
    assert.throws(() => parseFunctionName(text, qualifier, home), { type, message });
  }
});

test("the error shows the pattern of AWS's model", () => {
  const { pattern } = shapeOf("NamespacedFunctionName");
  assert.throws(() => parseFunctionName("*"), {
    message: `1 validation error detected: Value '*' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
  });
});
