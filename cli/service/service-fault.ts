// Why a service gave no answer, in a line, and what to do about it in another.
import type { ServiceEndpoint } from "./service-endpoint.ts";

type Kind = "no-service" | "no-function" | "other";

/** The call failed, not the function. */
export class ServiceFault extends Error {
  override name = "ServiceFault";
  /** `no-service`: nothing that speaks Lambda is there. */
  readonly kind: Kind;

  constructor(kind: Kind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** What the SDK's errors carry beside their names; all of it may be missing. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly Reason?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

const start = "stdlambda dev starts one; --endpoint-url names another, --remote is AWS's";
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
  InvalidSignatureException: `${renew}; the clock of this machine must be right, too`,
  SignatureDoesNotMatch: `${renew}; the clock of this machine must be right, too`,
  TokenProviderError: renew,
  AccessDeniedException: "The credentials need lambda:InvokeFunction on this function",
  RequestTooLargeException: "Put the data into S3 and its name into the event",
  ResourceConflictException: "Try again when the function's change is done",
  ServiceException: "Try again; the service itself failed",
};

/** Always a fault; the error is kept as its cause. */
export function serviceFault(error: unknown, endpoint: ServiceEndpoint): ServiceFault {
  if (error instanceof ServiceFault) return error;
  if (!(error instanceof Error)) throw error;
  const [kind, line, remedy] = explain(error as SdkError, endpoint);
  const shown = visible(line);
  return new ServiceFault(kind, remedy ? `${shown}\n${remedy}` : shown, { cause: error });
}

/** One line that steers no terminal: a part of it comes from whoever answered. */
function visible(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return line.trim().replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

function explain(
  error: SdkError,
  { url, isRemote }: ServiceEndpoint,
): [Kind, string, string | undefined] {
  const place = url ?? "AWS";
  const where = isRemote ? checkName : start;
  const { name, message } = error;
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
  if (name === "CredentialsProviderError") {
    return ["other", `no usable credentials for AWS: ${message}`, renew];
  }
  if (message === "Region is missing") {
    return ["other", "no region for AWS was given", "Give --region, AWS_REGION or --profile"];
  }
  if (name === "ResourceNotFoundException") {
    const hint = isRemote ? checkName : "The first screen of stdlambda dev lists its functions";
    return ["no-function", `ResourceNotFoundException: ${message}`, hint];
  }
  if (status === undefined) return explainConnection(error, place, where);
  // Neither a modelled error nor one with a type of its own: a web server of another kind.
  if (name === "SyntaxError" || name === "UnknownError" || name === "Unknown" || name === "Error") {
    return [
      "no-service",
      `what answers at ${place} is no Lambda service (status ${status})`,
      where,
    ];
  }
  const reason = typeof error.Reason === "string" ? ` (${error.Reason})` : "";
  return ["other", `${name}: ${message}${reason}`, remedies[name]];
}

function explainConnection(
  error: SdkError,
  place: string,
  where: string,
): [Kind, string, string | undefined] {
  const code = String(error.code ?? "");
  if (code === "ECONNREFUSED") return ["no-service", `no service listens on ${place}`, where];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return ["no-service", `the host of ${place} cannot be found`, where];
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    return ["no-service", `${place} does not speak TLS`, "Is it http:// rather than https://?"];
  }
  if (code.startsWith("HPE_")) {
    return ["no-service", `what answers at ${place} is no Lambda service (not HTTP)`, where];
  }
  if (code === "ECONNRESET" || code === "EPIPE") {
    const line = `the connection to ${place} broke off before the answer was whole`;
    return ["other", line, "The function may have run all the same; look at the service's log"];
  }
  return ["other", `the call to ${place} failed: ${error.message || code || error.name}`, where];
}
