// The trailers of a streamed response that failed midway.
import type { ErrorReport } from "../answer/error-report.ts";
import type { Failure } from "../answer/failure.ts";
import { headerValue } from "./header-value.ts";

/**
 * Go's HTTP server, which the emulator and most Runtime APIs use, accepts 4096 bytes of trailers in
 * all ("suspiciously long trailer after chunked body"); base64 makes 4 bytes of 3.
 */
const maximumBodyBytes = 2700;
const maximumTypeLength = 200;

/** The trailer section without the empty line that ends it; a longer error is cut to fit. */
export function errorTrailers({ headerType, body }: ErrorReport): string {
  return (
    `Lambda-Runtime-Function-Error-Type: ${headerValue(headerType).slice(0, maximumTypeLength)}\r\n` +
    `Lambda-Runtime-Function-Error-Body: ${shortened(body).toString("base64")}\r\n`
  );
}

// JSON may need six bytes for a character, so the length that fits is found by bisection.
function shortened(body: Buffer): Buffer {
  if (body.length <= maximumBodyBytes) return body;
  const { errorType, errorMessage, stackTrace } = JSON.parse(body.toString("utf8")) as Failure;
  for (let share = 1; ; share /= 2) {
    const shorter = Buffer.from(
      JSON.stringify({
        errorType: cut(errorType, 200 * share),
        errorMessage: cut(errorMessage, 1400 * share),
        stackTrace: stackTrace.slice(0, 10 * share).map((line) => cut(line, 160 * share)),
      }),
    );
    if (shorter.length <= maximumBodyBytes) return shorter;
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (cut)`;
}
