// An error of the API on the wire, as AWS's clients read it.
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { ServiceError } from "./service-error.ts";

/** In AWS's service model the message of most errors begins small; of these it does not. */
const capitalMessage =
  /^(ResourceNotFound|Service|InvalidRuntime|InvalidZipFile|ResourceInUse|RecursiveInvocation|CodeVerificationFailed|CodeSigningConfigNotFound|SnapStart\w*|AccessDenied)Exception$/;

export function sendError(response: ServerResponse, error: ServiceError): void {
  const { type, status, message, fields } = error;
  const name = capitalMessage.test(type) ? "Message" : "message";
  const body = Buffer.from(JSON.stringify({ ...kindOf(error), [name]: message, ...fields }));
  response.writeHead(status, [
    "Content-Type",
    "application/json",
    "Content-Length",
    String(body.length),
    "x-amzn-RequestId",
    randomUUID(),
    "x-amzn-ErrorType",
    type,
    ...(status === 429 ? ["Retry-After", "1"] : []),
  ]);
  response.end(body);
}

/** AWS's front door, which checks a request before Lambda sees it, names no kind. */
function kindOf({ type, status }: ServiceError): object {
  if (type === "ValidationException" || type === "SerializationException") return {};
  return { Type: status < 500 ? "User" : "Service" };
}
