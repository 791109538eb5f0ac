// Whether a request is signed, for URLs of auth type AWS_IAM. The signature is NOT verified: this
// service has no secret key to verify it with. It checks for the mistakes that callers make: a
// missing signature, one that is not of version 4, not for Lambda, malformed or too old.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
import type { IncomingMessage } from "node:http";

/** How far a signature's time may be from this machine's. */
const maximumSkewMs = 15 * 60 * 1000;
/** A signed URL says how long it is valid, at most a week. */
const maximumExpirySeconds = 7 * 24 * 60 * 60;

export interface Signer {
  readonly accessKey: string;
}

export type SignatureCheck =
  | { readonly signer: Signer; readonly fault?: undefined }
  | { readonly signer?: undefined; readonly fault: string };

interface Signature {
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  /** Seconds, of a signed URL. */
  readonly expires: string | undefined;
}

/** `query` is the request's raw query. `fault` says what is wrong, for the function's author. */
export function checkSignature(
  request: IncomingMessage,
  query: string,
  now: number,
): SignatureCheck {
  const signature = inHeader(request) ?? inQuery(new URLSearchParams(query));
  if (signature === undefined) return { fault: "it has no Authorization header" };
  if (signature.algorithm !== "AWS4-HMAC-SHA256") {
    return { fault: "its Authorization is not of the scheme AWS4-HMAC-SHA256" };
  }
  const [accessKey, day, region, service, end, ...more] = signature.credential.split("/");
  // AWS's keys are longer; developers use "test", or the service's own token.
  if (!accessKey || !/^[\w.-]{1,128}$/.test(accessKey)) return { fault: "it has no access key" };
  if (!day || !region || end !== "aws4_request" || more.length > 0) {
    return { fault: "its credential is not KEY/DATE/REGION/lambda/aws4_request" };
  }
  if (service !== "lambda") return { fault: `it is signed for ${service}, not for lambda` };
  if (!signature.signedHeaders.split(";").includes("host")) {
    return { fault: "its host header is not signed" };
  }
  if (!/^[0-9a-f]{64}$/.test(signature.signature)) {
    return { fault: "its signature is not 64 hexadecimal digits" };
  }
  const fault = timeFault(signature, day, now);
  return fault === undefined ? { signer: { accessKey } } : { fault };
}

function inHeader(request: IncomingMessage): Signature | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [algorithm = "", ...rest] = authorization.split(" ");
  const fields = new Map(
    rest
      .join(" ")
      .split(",")
      .map((field) => {
        const [name = "", ...value] = field.trim().split("=");
        return [name, value.join("=")];
      }),
  );
  return {
    algorithm,
    credential: fields.get("Credential") ?? "",
    signedHeaders: fields.get("SignedHeaders") ?? "",
    signature: fields.get("Signature") ?? "",
    date: String(request.headers["x-amz-date"] ?? ""),
    expires: undefined,
  };
}

function inQuery(query: URLSearchParams): Signature | undefined {
  const signature = query.get("X-Amz-Signature");
  if (signature === null) return undefined;
  return {
    algorithm: query.get("X-Amz-Algorithm") ?? "",
    credential: query.get("X-Amz-Credential") ?? "",
    signedHeaders: query.get("X-Amz-SignedHeaders") ?? "",
    signature,
    date: query.get("X-Amz-Date") ?? "",
    expires: query.get("X-Amz-Expires") ?? undefined,
  };
}

function timeFault(signature: Signature, day: string, now: number): string | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signature.date);
  if (parts === null) return "its X-Amz-Date is not of the form 20261120T212614Z";
  if (!signature.date.startsWith(day)) return "its credential is not of the day of X-Amz-Date";
  const [, year, month, date, hour, minute, second] = parts.map(Number) as number[];
  const time = Date.UTC(year as number, (month as number) - 1, date, hour, minute, second);
  const { expires } = signature;
  const seconds = expires === undefined ? maximumSkewMs / 1000 : Number(expires);
  if (!(Number.isInteger(seconds) && seconds > 0 && seconds <= maximumExpirySeconds)) {
    return `its X-Amz-Expires is not a number of seconds from 1 to ${maximumExpirySeconds}`;
  }
  if (time > now + maximumSkewMs) return `its time ${signature.date} is in the future`;
  if (now > time + seconds * 1000) return `its time ${signature.date} has expired`;
  return undefined;
}
