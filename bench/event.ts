// One bench event as it is sent: a 200 answer whose id, deadline and number change in place, so
// that serving it costs the server one write and no allocation.

import { exampleAccountId } from "../lambda/account.ts";
import { functionArn } from "../lambda/arns.ts";
import { lambdaDefaults } from "../lambda/defaults.ts";

const idTail = "-0000-4000-8000-000000000000";

/** An event of `size` bytes of JSON; `bytes` is the whole HTTP answer, `body` its last part. */
export type WireEvent = {
  bytes: Buffer;
  body: Buffer;
  /** Whether an answer is the right one; without it, it must be the event's own bytes. */
  isAnswer?: (answer: Buffer) => boolean;
  /** Makes it event number `number` and returns its request id. */
  renumber: (number: number) => string;
};

/** Builds a wire event whose body has exactly `size` bytes (at least 40). */
export function wireEvent(size: number): WireEvent {
  const [start, end] = ['{"n":"00000000","pad":"', '"}'];
  return numbered(`${start}${"x".repeat(size - start.length - end.length)}${end}`, 6);
}

/** A request to a function URL; its number is the query, and the page that it asks for shows it. */
export function requestEvent(): WireEvent {
  const before = '{"version":"2.0","rawPath":"/page","rawQueryString":"n=';
  const after =
    '","headers":{"host":"bench.example.org","accept":"text/html"},"requestContext":{"domainName":"bench.example.org","http":{"method":"GET","path":"/page","protocol":"HTTP/1.1","sourceIp":"192.0.2.1"},"stage":"$default"},"isBase64Encoded":false}';
  const event = numbered(`${before}00000000${after}`, before.length);
  const at = before.length;
  const isAnswer = (answer: Buffer) =>
    answer.includes("<h1>") && answer.includes(event.body.subarray(at, at + 8));
  return { ...event, isAnswer };
}

/** `text` is ASCII; its number stands at `numberAt`. */
function numbered(text: string, numberAt: number): WireEvent {
  const before =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ";
  const middle = `${idTail}\r\nLambda-Runtime-Deadline-Ms: `;
  const after = [
    "",
    `Lambda-Runtime-Invoked-Function-Arn: ${functionArn({ region: lambdaDefaults.region, accountId: exampleAccountId }, "bench")}`,
    "Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
    `Content-Length: ${text.length}`,
    "\r\n",
  ].join("\r\n");
  const head = Buffer.from(`${before}00000000${middle}0000000000000${after}`, "latin1");
  const bytes = Buffer.concat([head, Buffer.from(text, "latin1")]);
  const body = bytes.subarray(head.length);
  const deadlineAt = before.length + 8 + middle.length;
  return {
    bytes,
    body,
    renumber(number) {
      const digits = String(number).padStart(8, "0");
      bytes.write(digits, before.length, "latin1");
      bytes.write(String(Date.now() + 60_000), deadlineAt, "latin1");
      body.write(digits, numberAt, "latin1");
      return digits + idTail;
    },
  };
}
