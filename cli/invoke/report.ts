// The two lines after an invocation's log: what failed, and how long it took.

import { withoutControlCharacters } from "../../host/control-characters.ts";
import type { FunctionError } from "../../local/runtime-api/invocation.ts";

/** On one line, because the whole error is on stdout. */
export function describeError({ errorType, body }: FunctionError): string {
  let { type, message } = { type: errorType, message: "" };
  try {
    const posted = JSON.parse(body.toString()) as { errorType?: unknown; errorMessage?: unknown };
    if (posted.errorType) type = String(posted.errorType);
    if (posted.errorMessage) message = String(posted.errorMessage);
  } catch {
    // A runtime may post any bytes as its error; they are on stdout, and here the header's type
    // must be enough.
  }
  const [line = ""] = message.split("\n", 1);
  return withoutControlCharacters(`${type}: ${line}`);
}

/** Lambda's own last line of an invocation's log; durations in milliseconds, memory in megabytes. */
export function report(
  requestId: string,
  { duration, init }: { duration: number; init: number | undefined },
  memory: number,
): string {
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration.toFixed(2)} ms`,
    ...(init === undefined ? [] : [`Init Duration: ${init.toFixed(2)} ms`]),
    `Memory Size: ${memory} MB`,
  ].join("\t");
}
