// An HTTP answer in the form that its source wants: each has its own (docs/http.md).
import { isUtf8 } from "node:buffer";
import type { HttpSource } from "../event/http-request.ts";
import type { HttpAnswer, HttpHead } from "./http-answer.ts";

/** A load balancer wants text after the number; the script's own text is used if it has one. */
const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export function proxyAnswer({ body, ...head }: HttpAnswer, source: HttpSource): Buffer {
  // UTF-8 arrives as the same text; any other bytes need base64.
  const isText = isUtf8(body);
  return Buffer.from(
    JSON.stringify({
      ...proxyHead(head, source),
      body: body.toString(isText ? "utf8" : "base64"),
      isBase64Encoded: !isText,
    }),
  );
}

/** The answer in stdout if it is one already: a JSON object with `statusCode`, posted as it is. */
export function parseProxyAnswer(stdout: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (!stdout.includes('"statusCode"') || !/^\s*\{/.test(stdout.toString("latin1")))
    return undefined;
  try {
    const parsed = JSON.parse(stdout.toString("utf8")) as Record<string, unknown>;
    return Object.hasOwn(parsed, "statusCode") ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Status and headers: the part before a body, streamed or not. */
export function proxyHead(head: HttpHead, source: HttpSource): Record<string, unknown> {
  const { status: statusCode, headers } = head;
  switch (source) {
    case "payload-2":
    case "websocket":
      return {
        statusCode,
        headers: joined(headers.filter(([name]) => !isCookie(name))),
        cookies: headers.filter(([name]) => isCookie(name)).map(([, value]) => value),
      };
    case "payload-1":
      return { statusCode, multiValueHeaders: listed(headers) };
    case "lattice":
      return { statusCode, headers: listed(headers) };
    case "alb-multi-value":
      return {
        statusCode,
        statusDescription: description(head),
        multiValueHeaders: listed(headers),
      };
    case "alb":
      return {
        statusCode,
        statusDescription: description(head),
        headers: {
          ...joined(headers.filter(([name]) => !isCookie(name))),
          ...cookiesApart(headers.filter(([name]) => isCookie(name)).map(([, value]) => value)),
        },
      };
  }
}

function isCookie(name: string): boolean {
  return name.toLowerCase() === "set-cookie";
}

function description({ status, reason = reasons[status] }: HttpHead): string {
  return reason === undefined ? String(status) : `${status} ${reason}`;
}

/** Names are compared in any case; the first spelling is kept. */
function listed(headers: HttpHead["headers"]): Record<string, string[]> {
  const lists = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of headers) {
    const found = lists.get(name.toLowerCase());
    if (found === undefined) lists.set(name.toLowerCase(), [name, [value]]);
    else found[1].push(value);
  }
  return Object.fromEntries(lists.values());
}

/** A repeated header is a list (RFC 9110, section 5.3). */
function joined(headers: HttpHead["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(listed(headers)).map(([name, values]) => [name, values.join(", ")]),
  );
}

/**
 * Only one value per name is allowed and cookies cannot be joined, so they get the same name in
 * different case.
 */
function cookiesApart(cookies: readonly string[]): Record<string, string> {
  return Object.fromEntries(cookies.map((cookie, at) => [spelling("set-cookie", at), cookie]));
}

function spelling(name: string, number: number): string {
  let rest = number;
  return name.replaceAll(/[a-z]/g, (letter) => {
    const isUpper = rest % 2 === 1;
    rest = Math.floor(rest / 2);
    return isUpper ? letter.toUpperCase() : letter;
  });
}
