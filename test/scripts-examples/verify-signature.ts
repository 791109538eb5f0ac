// Verifies a request's signature of version 4 as AWS does: computed again, from what has arrived.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Verified {
  readonly service: string;
  readonly region: string;
}

/** How far a signature's time may be from ours. */
const maximumSkewMs = 5 * 60 * 1000;

/** @throws Error that says what AWS would refuse. */
export function verifySignature(
  request: IncomingMessage,
  body: Buffer,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): Verified {
  const header = request.headers.authorization ?? "";
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (parts === null) throw new Error(`no signature of version 4: ${header}`);
  const [, key, day, region, service, signedHeaders, signature] = parts as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (key !== accessKeyId) throw new Error(`the access key ${key} is unknown`);
  if (request.headers["x-amz-security-token"] !== sessionToken) {
    throw new Error("the session's token is not the one of the access key");
  }
  const names = signedHeaders.split(";");
  for (const name of ["host", "x-amz-date", "x-amz-security-token"]) {
    if (!names.includes(name)) throw new Error(`${name} is not signed`);
  }
  const time = String(request.headers["x-amz-date"]);
  checkTime(time, day);

  const canonical = [
    request.method,
    canonicalPath(request, service),
    canonicalQuery(request),
    ...names.map((name) => `${name}:${headerValue(request, name)}`),
    "",
    signedHeaders,
    payloadHash(request, body, service),
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const signingKey = [day, region, service, "aws4_request"].reduce<Buffer>(
    (secret, step) => hmac(secret, step),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  if (!timingSafeEqual(hmac(signingKey, text), Buffer.from(signature, "hex"))) {
    throw new Error(`the signature does not match; the canonical request was\n${canonical}`);
  }
  return { service, region };
}

function checkTime(time: string, day: string): void {
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const skew = Math.abs(Date.parse(iso) - Date.now());
  if (!(skew < maximumSkewMs)) throw new Error(`the time ${time} is not ours`);
  if (!time.startsWith(day)) throw new Error(`${day} is not the day of ${time}`);
}

/** Every service but S3 encodes the path, which is encoded already, once more. */
function canonicalPath(request: IncomingMessage, service: string): string {
  const [path = "/"] = (request.url ?? "/").split("?");
  return service === "s3" ? path : path.split("/").map(encode).join("/");
}

function canonicalQuery(request: IncomingMessage): string {
  const [, query = ""] = (request.url ?? "").split("?");
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? Number(x > y) - Number(x < y) : a < b ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&");
}

function headerValue(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  if (value === undefined) throw new Error(`${name} is signed and not there`);
  return [value].flat().join(",").trim().replaceAll(/ +/g, " ");
}

function payloadHash(request: IncomingMessage, body: Buffer, service: string): string {
  const stated = request.headers["x-amz-content-sha256"];
  if (stated === "UNSIGNED-PAYLOAD") return stated;
  const hash = sha256(body);
  if (stated !== undefined && stated !== hash) throw new Error("the body's hash is another one");
  if (stated === undefined && service === "s3") throw new Error("x-amz-content-sha256 is missing");
  return hash;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
