// An HTTP request as an event of payload format 2.0.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
import type { IncomingMessage } from "node:http";
import { requestBody } from "./request-body.ts";
import { requestHeaders } from "./request-headers.ts";
import type { RequestTarget } from "./request-target.ts";
import type { Signer } from "./signature.ts";

/** What an event says about the request line and the connection. */
type ArrivedRequest = Pick<IncomingMessage, "method" | "httpVersion" | "rawHeaders"> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

export interface EventSource {
  readonly request: ArrivedRequest;
  readonly target: RequestTarget;
  readonly body: Buffer;
  readonly urlId: string;
  readonly region: string;
  readonly accountId: string;
  /** The signer of the request; undefined if no signature is required. */
  readonly signer: Signer | undefined;
  readonly requestId: string;
  /** X-Amzn-Trace-Id, as the function will see it. */
  readonly traceHeader: string;
  /** When the request came. */
  readonly time: Date;
  /** Not on AWS: the headers of the gateway in front say where the request came from. @default false */
  readonly behindGateway?: boolean;
}

/** The event's bytes, as Lambda's front end makes them. */
export function requestEvent(source: EventSource): Buffer {
  const { request, target, urlId, accountId, signer, requestId, time } = source;
  const sourceIp = sourceAddress(source);
  const given = source.behindGateway === true ? headerOf(request, "host") : undefined;
  const domainName = given ?? `${urlId}.lambda-url.${source.region}.on.aws`;
  const headers = requestHeaders(request, {
    host: domainName,
    sourceIp,
    traceHeader: source.traceHeader,
    contentLength: source.body.length,
    behindGateway: source.behindGateway === true,
  });
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: target.rawPath,
    rawQueryString: target.rawQueryString,
    cookies: cookies(headers.cookie),
    headers,
    queryStringParameters: target.queryStringParameters,
    requestContext: {
      // The function's owner; unsigned requests have no account.
      accountId: signer === undefined ? "anonymous" : accountId,
      apiId: urlId,
      authentication: null,
      authorizer: signer && { iam: identity(signer, accountId) },
      domainName,
      domainPrefix: urlId,
      http: {
        method: request.method,
        path: target.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers["user-agent"],
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: commonLogTime(time),
      timeEpoch: time.getTime(),
    },
    ...requestBody(source.body, headers),
  };
  return Buffer.from(JSON.stringify(event));
}

/** The last proxy's word, for it alone cannot be forged by the client. */
function sourceAddress({ request, behindGateway }: EventSource): string {
  const forwarded = behindGateway ? headerOf(request, "x-forwarded-for") : undefined;
  const last = forwarded?.split(",").at(-1)?.trim();
  return last || (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
}

function headerOf({ rawHeaders }: ArrivedRequest, name: string): string | undefined {
  const at = rawHeaders.findLastIndex(
    (one, index) => index % 2 === 0 && one.toLowerCase() === name,
  );
  return at < 0 ? undefined : rawHeaders[at + 1];
}

/** Function URLs have cookies twice: here, and in the header. */
function cookies(header: string | undefined): string[] | undefined {
  const list = header
    ?.split(";")
    .map((cookie) => cookie.trim())
    .filter(Boolean);
  return list?.length ? list : undefined;
}

/** Only the key is known; the rest has AWS's form, so that a function can parse it. */
function identity(signer: Signer, accountId: string) {
  const user = "AIDALOCALLOCALLOCALXX";
  return {
    accessKey: signer.accessKey,
    accountId,
    callerId: user,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:iam::${accountId}:user/local`,
    userId: user,
  };
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}
