// The headers of an HTTP request as a function sees them: lower case, repeated ones joined.
import type { IncomingMessage } from "node:http";

/** Headers of one connection; they do not pass Lambda's front end. */
const ofTheConnection = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What Lambda's front end sets for the connection, whatever the client claims. */
export interface Arrival {
  /** The function URL's host name on AWS. */
  readonly host: string;
  readonly sourceIp: string;
  readonly traceHeader: string;
  /** Of the body that was read, in bytes. */
  readonly contentLength: number;
  /** What a gateway in front says of the connection is kept. */
  readonly behindGateway: boolean;
}

export function requestHeaders(
  request: Pick<IncomingMessage, "rawHeaders">,
  arrival: Arrival,
): Record<string, string> {
  const headers = new Map<string, string>();
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (ofTheConnection.has(name)) continue;
    const value = asUtf8(rawHeaders[index + 1] as string);
    const before = headers.get(name);
    const separator = name === "cookie" ? "; " : ",";
    headers.set(name, before === undefined ? value : before + separator + value);
  }
  // A chunked body has a length here, as it has on AWS.
  if (arrival.contentLength > 0) headers.set("content-length", String(arrival.contentLength));
  headers.set("host", arrival.host);
  headers.set("x-amzn-trace-id", arrival.traceHeader);
  if (arrival.behindGateway) {
    if (!headers.has("x-forwarded-for")) headers.set("x-forwarded-for", arrival.sourceIp);
    if (!headers.has("x-forwarded-proto")) headers.set("x-forwarded-proto", "http");
    return Object.fromEntries(headers);
  }
  headers.set("x-forwarded-for", arrival.sourceIp);
  // On AWS a function URL is HTTPS and nothing else; functions build links from these.
  headers.set("x-forwarded-port", "443");
  headers.set("x-forwarded-proto", "https");
  headers.set("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256");
  headers.set("x-amzn-tls-version", "TLSv1.3");
  return Object.fromEntries(headers);
}

/** Node reads header bytes as latin1; UTF-8 among them is decoded here. */
function asUtf8(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : value;
}
