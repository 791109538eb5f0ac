// The JSON answers of the Runtime API.
import type { HttpReply } from "./send-reply.ts";
import type { Reply } from "./turn.ts";

export function jsonReply(status: number, value: object): HttpReply {
  return {
    status,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** What the platform says to a post: accepted, or why not. */
export function statusReply({ status, errorType }: Reply): HttpReply {
  if (status === 202) return jsonReply(status, { status: "OK" });
  return jsonReply(status, { errorMessage: `the fake answers ${status}`, errorType });
}
