// The bytes that a row of the table means, and whether others are the same.
import type { Content } from "./case.ts";

export function bytesOf(content: Content): Buffer {
  if (typeof content === "function") return content();
  if (Buffer.isBuffer(content)) return content;
  return Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
}

/** What is wrong with `actual`; `undefined` when nothing is. */
export function contentProblem(actual: Buffer, expected: Content | RegExp): string | undefined {
  if (expected instanceof RegExp) {
    return expected.test(actual.toString())
      ? undefined
      : `${excerpt(actual)} does not match ${expected}`;
  }
  const wanted = bytesOf(expected);
  return actual.equals(wanted) ? undefined : `${excerpt(actual)} is not ${excerpt(wanted)}`;
}

function excerpt(bytes: Buffer): string {
  const text = JSON.stringify(bytes.subarray(0, 120).toString());
  return bytes.length > 120 ? `${text}… (${bytes.length} bytes)` : text;
}
