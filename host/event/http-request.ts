// An event that is an HTTP request, from whatever source (docs/http.md): a function URL or an HTTP
// API (payload 2.0), a REST API (1.0), an Application Load Balancer, VPC Lattice, a WebSocket API.

export type HttpSource =
  | "payload-2"
  | "payload-1"
  | "alb"
  | "alb-multi-value"
  | "lattice"
  | "websocket";

export interface HttpRequest {
  readonly source: HttpSource;
  /** Undefined for a WebSocket message. */
  readonly method: string | undefined;
  /** The stage as the first segment of the path, such as `/dev`; empty if the path has none. */
  readonly scriptName: string;
  /** As the client sent it, after `scriptName`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** In the spelling of the client, one entry for each value; cookies are separate. */
  readonly headers: readonly Header[];
  readonly cookies: readonly string[];
  /** Decoded; undefined if there is none. */
  readonly body: Buffer | undefined;
  readonly remoteAddress: string | undefined;
  /** The API's domain, for a request without a Host header. */
  readonly domainName: string | undefined;
  readonly protocol: string;
  /** The address of the client's connection. */
  readonly isSecure: boolean;
  /** As Lambda sent it. */
  readonly requestContext: unknown;
}

/** Function URLs and REST APIs take a prelude and a body; the others an answer that is whole. */
export function takesStream(source: HttpSource): boolean {
  return source === "payload-1" || source === "payload-2";
}

export type Header = readonly [name: string, value: string];

type Fields = Readonly<Record<string, unknown>>;

/** Undefined for other events, and for requests to an authorizer, which are not HTTP. */
export function readHttpRequest(event: Buffer): HttpRequest | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(event.toString("utf8"));
  } catch {
    return undefined;
  }
  const fields = fieldsOf(parsed);
  if (fields === undefined || isAuthorizerRequest(fields)) return undefined;
  const source = sourceOf(fields);
  return source && createRequest(source, fields);
}

/** It looks like a request in everything else. */
function isAuthorizerRequest({ type, methodArn, routeArn }: Fields): boolean {
  const isAsked = type === "REQUEST" || type === "TOKEN";
  return isAsked && (methodArn !== undefined || routeArn !== undefined);
}

function sourceOf(event: Fields): HttpSource | undefined {
  const context = fieldsOf(event.requestContext);
  if (context === undefined) return undefined;
  // Checked first, because one kind of these events has a method and a path as well.
  if (typeof context.connectionId === "string" && typeof context.eventType === "string") {
    return "websocket";
  }
  if (typeof event.httpMethod === "string") {
    if (fieldsOf(context.elb) === undefined) return "payload-1";
    return fieldsOf(event.multiValueHeaders) === undefined ? "alb" : "alb-multi-value";
  }
  if (typeof fieldsOf(context.http)?.method === "string") return "payload-2";
  const isLattice = event.rawPath === undefined && event.version === "2.0";
  const { method, path } = event;
  if (isLattice && typeof method === "string" && typeof path === "string") return "lattice";
  return undefined;
}

function createRequest(source: HttpSource, event: Fields): HttpRequest {
  const context = fieldsOf(event.requestContext) ?? {};
  const http = fieldsOf(context.http) ?? {};
  const all = headersOf(event);
  const cookies = cookiesOf(event, all);
  const headers = all.filter(([name]) => name.toLowerCase() !== "cookie");
  const [path, query] = splitPath(rawPathOf(event, context, http));
  return {
    source,
    method: source === "websocket" ? undefined : methodOf(event, http),
    ...withoutStage(path, text(context.stage), text(context.path)),
    query: query ?? queryOf(source, event),
    headers,
    cookies,
    body: bodyOf(event),
    remoteAddress:
      text(http.sourceIp) ?? text(fieldsOf(context.identity)?.sourceIp) ?? lastForwarded(headers),
    domainName: text(context.domainName),
    protocol: text(http.protocol) ?? text(context.protocol) ?? "HTTP/1.1",
    isSecure: headerValue(headers, "x-forwarded-proto")?.toLowerCase() !== "http",
    requestContext: event.requestContext,
  };
}

/** The first value of a header; names in any case. */
export function headerValue(headers: readonly Header[], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function methodOf(event: Fields, http: Fields): string | undefined {
  return text(http.method) ?? text(event.httpMethod) ?? text(event.method);
}

function rawPathOf(event: Fields, context: Fields, http: Fields): string {
  const path = text(event.rawPath) ?? text(event.path) ?? text(http.path) ?? text(context.path);
  return path ?? "";
}

/** Paths of VPC Lattice may include the query. */
function splitPath(path: string): [path: string, query: string | undefined] {
  const at = path.indexOf("?");
  return at === -1 ? [path, undefined] : [path.slice(0, at), path.slice(at + 1)];
}

/**
 * Payload 2.0 has the stage in its path. 1.0 has it only in the context's path, and there only if
 * the client wrote it: a custom domain hides it.
 */
function withoutStage(
  path: string,
  stage: string | undefined,
  contextPath: string | undefined,
): Pick<HttpRequest, "scriptName" | "path"> {
  if (!stage || stage === "$default") return { scriptName: "", path };
  const scriptName = `/${stage}`;
  if (contextPath === scriptName + path) return { scriptName, path };
  const isWithin = path === scriptName || path.startsWith(`${scriptName}/`);
  // The path of 1.0 begins with the stage's name by chance if the client's path is longer.
  if (!isWithin || (contextPath !== undefined && contextPath !== path)) {
    return { scriptName: "", path };
  }
  return { scriptName, path: path.slice(scriptName.length) };
}

/** A load balancer passes values on as they came, encoded; the others have decoded them. */
function queryOf(source: HttpSource, event: Fields): string {
  const raw = text(event.rawQueryString);
  if (raw !== undefined) return raw;
  const values = listsOf(event.queryStringParameters, event.multiValueQueryStringParameters);
  const isEncoded = source === "alb" || source === "alb-multi-value";
  const encode = isEncoded
    ? (part: string) => part
    : (part: string) => encodeURIComponent(part.toWellFormed());
  return values.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
}

function headersOf(event: Fields): Header[] {
  return listsOf(event.headers, event.multiValueHeaders);
}

/**
 * One entry for each value, from the lists and from values without a list: some senders give both,
 * others only one.
 */
function listsOf(single: unknown, multiple: unknown): [name: string, value: string][] {
  const lists = fieldsOf(multiple) ?? {};
  const listed = new Set(Object.keys(lists).map((name) => name.toLowerCase()));
  const rest = Object.entries(fieldsOf(single) ?? {}).filter(
    ([name]) => !listed.has(name.toLowerCase()),
  );
  return [...Object.entries(lists), ...rest].flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one): [string, string][] => {
      const shown = typeof one === "number" ? String(one) : text(one);
      return shown === undefined ? [] : [[name, shown]];
    }),
  );
}

/** A function URL has cookies twice, in a list and in a header. */
function cookiesOf({ cookies }: Fields, headers: readonly Header[]): string[] {
  if (Array.isArray(cookies) && cookies.length > 0) {
    return cookies.filter((cookie) => typeof cookie === "string");
  }
  return headers.filter(([name]) => name.toLowerCase() === "cookie").map(([, value]) => value);
}

function bodyOf({ body, isBase64Encoded }: Fields): Buffer | undefined {
  if (typeof body !== "string" || body === "") return undefined;
  return Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
}

function lastForwarded(headers: readonly Header[]): string | undefined {
  const forwarded = headers.filter(([name]) => name.toLowerCase() === "x-forwarded-for");
  return forwarded.at(-1)?.[1].split(",").at(-1)?.trim() || undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}
