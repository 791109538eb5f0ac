// An error of the API on the wire, as AWS's clients read it.
import { randomUUID } from "node:crypto";
import type { Reply } from "../runtime-api/reply.ts";
import type { ServiceError } from "../service-error.ts";

/**
 * In AWS's service model the message of most errors has a small first letter; these are the
 * exceptions.
 */
const capitalMessage =
  /^(ResourceNotFound|Service|InvalidRuntime|InvalidZipFile|ResourceInUse|RecursiveInvocation|CodeVerificationFailed|CodeSigningConfigNotFound|SnapStart\w*|AccessDenied)Exception$/;

export function sendError(reply: Pick<Reply, "send">, error: ServiceError): void {
  const { type, status, fields } = error;
  const message = cut(error.message);
  const name = capitalMessage.test(type) ? "Message" : "message";
  const body = Buffer.from(JSON.stringify({ ...kindOf(error), [name]: message, ...fields }));
  const headers = [
    "Content-Type",
    "application/json",
    "x-amzn-RequestId",
    randomUUID(),
    "x-amzn-ErrorType",
    type,
    ...(status === 429 ? ["Retry-After", "1"] : []),
  ];
  reply.send(status, headers, body);
}

/** A message repeats what was sent, which may be megabytes. */
const maximumMessageLength = 4096;

function cut(message: string): string {
  return message.length > maximumMessageLength
    ? `${message.slice(0, maximumMessageLength)}…`
    : message;
}

/** AWS's front door, which checks a request before Lambda sees it, names no kind. */
function kindOf({ type, status }: ServiceError): object {
  if (type === "ValidationException" || type === "SerializationException") return {};
  return { Type: status < 500 ? "User" : "Service" };
}
