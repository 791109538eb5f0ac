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
  /** Makes it event number `number` and returns its request id. */
  renumber: (number: number) => string;
};

/** Builds a wire event whose body has exactly `size` bytes (at least 40). */
export function wireEvent(size: number): WireEvent {
  const before =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ";
  const middle = `${idTail}\r\nLambda-Runtime-Deadline-Ms: `;
  const after = [
    "",
    `Lambda-Runtime-Invoked-Function-Arn: ${functionArn({ region: lambdaDefaults.region, accountId: exampleAccountId }, "bench")}`,
    "Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
    `Content-Length: ${size}`,
    "\r\n",
  ].join("\r\n");
  const head = Buffer.from(`${before}00000000${middle}0000000000000${after}`, "latin1");
  const [start, end] = ['{"n":"00000000","pad":"', '"}'];
  const text = `${start}${"x".repeat(size - start.length - end.length)}${end}`;
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
      body.write(digits, 6, "latin1");
      return digits + idTail;
    },
  };
}
