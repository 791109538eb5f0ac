// Why a service did not answer, and what to do about it.

import { withoutControlCharacters } from "../../host/control-characters.ts";
import { ExpectedError } from "../../host/expected-error.ts";
import type { ServiceEndpoint } from "./service-endpoint.ts";

/** The fields of the SDK's errors beside their names; all of them may be missing. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly Reason?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

const start = "stdlambda dev starts one; --endpoint-url names another, --remote calls AWS";
const renew =
  "Renew them (aws sso login), or name others: --profile NAME, AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
const checkName = "Check the name, --region and --profile";

/** What to do, by the error's type. */
const remedies: Readonly<Record<string, string>> = {
  TooManyRequestsException: "Try again, or raise the function's concurrency",
  ThrottlingException: "Try again a little later",
  ExpiredTokenException: renew,
  ExpiredToken: renew,
  UnrecognizedClientException: renew,
  InvalidClientTokenId: renew,
  InvalidSignatureException: `${renew}; this machine's clock must be right, too`,
  SignatureDoesNotMatch: `${renew}; this machine's clock must be right, too`,
  TokenProviderError: renew,
  AccessDeniedException: "The credentials need lambda:InvokeFunction on this function",
  RequestTooLargeException: "Put the data into S3 and its name into the event",
  ResourceConflictException: "Try again when the function's change is done",
  ServiceException: "Try again; the service itself failed",
};

/** The type of the error when nothing at the address speaks Lambda's API. */
export const noService = "NoService";
/** AWS's type when the service does not know the function, or the log. */
export const notFound = "ResourceNotFoundException";

/** The call failed, not the function; the error is kept as its cause. */
export function serviceFault(error: unknown, endpoint: ServiceEndpoint): ExpectedError {
  if (error instanceof ExpectedError) return error;
  if (!(error instanceof Error)) throw error;
  const [type, line, remedy] = explain(error as SdkError, endpoint);
  return new ExpectedError(withoutControlCharacters(line.trim()), { type, remedy, cause: error });
}

function explain(
  error: SdkError,
  { url, isRemote }: ServiceEndpoint,
): [type: string, line: string, remedy: string | undefined] {
  const place = url ?? "AWS";
  const where = isRemote ? checkName : start;
  const { name, message } = error;
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
  if (name === "CredentialsProviderError") {
    return [name, `no usable credentials for AWS: ${message}`, renew];
  }
  if (message === "Region is missing") {
    return [name, "no region for AWS was given", "Give --region, AWS_REGION or --profile"];
  }
  if (name === "ResourceNotFoundException") {
    const hint = isRemote ? checkName : "stdlambda dev lists its functions when it starts";
    return [notFound, `ResourceNotFoundException: ${message}`, hint];
  }
  if (status === undefined) return explainConnection(error, place, where);
  // Neither an error of the model nor one with a type of its own: another kind of web server.
  if (name === "SyntaxError" || name === "UnknownError" || name === "Unknown" || name === "Error") {
    return [
      noService,
      `what answers at ${place} is not a Lambda service (status ${status})`,
      where,
    ];
  }
  const reason = typeof error.Reason === "string" ? ` (${error.Reason})` : "";
  return [name, `${name}: ${message}${reason}`, remedies[name]];
}

const network = "Check the network connection; in a container, that it has a network";

function explainConnection(
  error: SdkError,
  place: string,
  where: string,
): [type: string, line: string, remedy: string | undefined] {
  const { name } = error;
  const code = String(error.code ?? "");
  if (code === "ECONNREFUSED") return [noService, `no service listens on ${place}`, where];
  if (code === "EAI_AGAIN") {
    return [noService, `the name of ${place} cannot be looked up`, network];
  }
  if (code === "ENOTFOUND") {
    return [noService, `the host of ${place} cannot be found`, where];
  }
  if (code === "ENETUNREACH" || code === "EHOSTUNREACH" || code === "ENETDOWN") {
    return [noService, `${place} cannot be reached from this machine`, network];
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    return [noService, `${place} does not speak TLS`, "Is it http:// rather than https://?"];
  }
  if (code.startsWith("HPE_")) {
    return [noService, `what answers at ${place} is not a Lambda service (not HTTP)`, where];
  }
  if (code === "ECONNRESET" || code === "EPIPE") {
    const line = `the connection to ${place} broke off in the middle of the answer`;
    return [name, line, "The function may have run nevertheless; look at the service's log"];
  }
  return [name, `the call to ${place} failed: ${error.message || code || error.name}`, where];
}
