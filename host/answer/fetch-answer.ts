// A Response of the Fetch API as the answer to a request.

import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { HostError } from "../errors.ts";
import type { HttpRequest, HttpSource } from "../event/http-request.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import { createCollector } from "../process/collector.ts";
import type { HttpHead } from "./http-answer.ts";
import { failed, type Outcome, response } from "./outcome.ts";
import { proxyAnswer } from "./proxy-answer.ts";

/** Headers of the connection, which belong to the platform. */
const connectionHeaders = ["connection", "keep-alive", "transfer-encoding", "content-length"];

/** Node's own class, or that of a polyfill. */
function isResponse(value: unknown): value is Response {
  if (typeof value !== "object" || value === null) return false;
  const { status, headers, arrayBuffer } = value as Partial<Response>;
  return (
    Number.isInteger(status) &&
    typeof headers?.[Symbol.iterator] === "function" &&
    typeof arrayBuffer === "function"
  );
}

/** @throws HostError `Function.InvalidResponse` */
export function requireResponse(value: unknown): Response {
  if (!isResponse(value)) {
    throw new HostError(
      "Function.InvalidResponse",
      `The function returned ${nameOf(value)}, not a Response. Return new Response(body) or Response.json(value).`,
    );
  }
  if (value.status >= 200 && value.status <= 599) return value;
  throw new HostError(
    "Function.InvalidResponse",
    `The function returned a Response with status ${value.status}, which no client takes. Use 200 to 599.`,
  );
}

function nameOf(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return `an object (${value.constructor?.name ?? "without a class"})`;
}

/** A body without a type is bytes: a function URL would call it JSON. */
export function headOf({ status, headers, body }: Response): HttpHead {
  const all = [...headers].filter(([name]) => !connectionHeaders.includes(name.toLowerCase()));
  const hasType = headers.has("content-type") || body === null;
  return {
    status,
    reason: undefined,
    headers: hasType ? all : [...all, ["content-type", "application/octet-stream"]],
  };
}

/** The whole answer. The answer to HEAD has no body. */
export async function bufferedAnswer(
  answer: Response,
  { source, method }: Pick<HttpRequest, "method"> & { source: HttpSource },
): Promise<Outcome> {
  const output = createCollector();
  if (method !== "HEAD") {
    for await (const piece of answer.body ?? []) {
      if (!output.push(Buffer.from(piece))) return failed(tooLarge());
    }
  }
  const bytes = proxyAnswer({ ...headOf(answer), body: output.bytes() }, source);
  return bytes.length > maximumPayloadBytes ? failed(tooLarge()) : response(bytes);
}
