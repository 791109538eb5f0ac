// Whether a function's answer is what the example says, byte for byte.
import assert from "node:assert/strict";
import type { Example } from "../scripts-examples/examples.ts";
import { expectedAnswer } from "./example-project.ts";

/** `failed`: whether Lambda said that it is a function error. */
export function expectAnswer(example: Example, body: Buffer, failed: boolean, log = ""): void {
  const expected = expectedAnswer(example);
  const isError = example.expected.endsWith(".error.json");
  assert.equal(failed, isError, `${body}\n${log}`);
  if (isError) {
    const { errorType, errorMessage } = JSON.parse(body.toString());
    assert.deepEqual({ errorType, errorMessage }, JSON.parse(expected.toString()));
    return;
  }
  assert.ok(body.equals(expected), `${body}\n  is not\n${expected}\n${log}`);
}
