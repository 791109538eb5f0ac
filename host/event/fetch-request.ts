// A request in the form of the Fetch API (WHATWG: "Fetch"), for functions of the `fetch`
// convention.
import { type HttpRequest, headerValue } from "./http-request.ts";

/**
 * Undefined for a method that the API does not accept: CONNECT, TRACE, TRACK, or one that is not a
 * token.
 */
export function fetchRequest(request: HttpRequest, signal: AbortSignal): Request | undefined {
  // A WebSocket message has no method, but a body.
  const method = request.method ?? "POST";
  const takesBody = !/^(?:GET|HEAD)$/i.test(method);
  const { body = null } = request;
  try {
    return new Request(urlOf(request), {
      method,
      headers: headersOf(request),
      body: takesBody ? (body as Uint8Array<ArrayBuffer> | null) : null,
      redirect: "manual",
      signal,
    });
  } catch (error) {
    if (error instanceof TypeError && isRefusedMethod(method)) return undefined;
    throw error;
  }
}

function isRefusedMethod(method: string): boolean {
  try {
    return new Request("https://localhost", { method }) === undefined;
  } catch {
    return true;
  }
}

/**
 * With the stage if the API keeps it in the path (payload 2.0), because routers of apps expect it.
 */
function urlOf(request: HttpRequest): string {
  const { source, scriptName, path, query, headers, domainName } = request;
  const whole = source === "payload-1" ? path : scriptName + path;
  const rooted = whole.startsWith("/") ? whole : `/${whole}`;
  const rest = query === "" ? rooted : `${rooted}?${query}`;
  for (const host of [headerValue(headers, "host"), domainName, "localhost"]) {
    const url = host && /^[^\s/?#@\\]+$/.test(host) ? `https://${host}${rest}` : "";
    if (URL.canParse(url)) return url;
  }
  throw new Error(`The request's path cannot be in a URL: ${JSON.stringify(rest)}`);
}

function headersOf({ headers, cookies }: HttpRequest): Headers {
  const all = new Headers();
  for (const [name, value] of headers) append(all, name, value);
  if (cookies.length > 0) append(all, "cookie", cookies.join("; "));
  return all;
}

/** A name that is not a token is left out; each character of a value is a byte. */
function append(headers: Headers, name: string, value: string): void {
  const bytes = Buffer.from(value.replaceAll(/[\0\r\n]/g, " ")).toString("latin1");
  try {
    headers.append(name, bytes);
  } catch {
    // Nobody could ask for it either.
  }
}
