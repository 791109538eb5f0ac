// An error post as the caller and the log will see it.
import type { IncomingHttpHeaders } from "node:http";
import { readErrorCause, readErrorCauseHeader } from "./error-cause.ts";
import { errorTypeForMetrics } from "./error-type.ts";
import type { FunctionError } from "./invocation.ts";

/** The content type of a body that carries X-Ray's cause beside the error. */
const errorWithCause = "application/vnd.aws.lambda.error.cause+json";

/** The body as it was posted, except for a cause that it contained. */
export function readFunctionError(headers: IncomingHttpHeaders, body: Buffer): FunctionError {
  const errorType = errorTypeForMetrics(text(headers["lambda-runtime-function-error-type"]));
  if (headers["content-type"] === errorWithCause) return { errorType, ...withoutCause(body) };
  const cause = readErrorCauseHeader(text(headers["lambda-runtime-function-xray-error-cause"]));
  const contentType = headers["content-type"] ?? "application/json";
  return { errorType, body, contentType, cause };
}

function withoutCause(body: Buffer): Omit<FunctionError, "errorType"> {
  try {
    const { errorCause, ...error } = JSON.parse(body.toString()) as Record<string, unknown>;
    return {
      body: Buffer.from(JSON.stringify(error)),
      contentType: "application/json",
      cause: readErrorCause(errorCause),
    };
  } catch {
    // AWS's words for a body that is not the JSON it says it is.
    const contentType = "application/octet-stream";
    return { body: Buffer.from('"Invalid error body"'), contentType };
  }
}

/** Node joins repeated headers into one text, but its types allow a list. */
function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
