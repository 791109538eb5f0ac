// The variables of CGI/1.1 for a request (RFC 3875, section 4.1), as a script finds them in its environment.
import { version } from "../version.ts";
import { type Header, type HttpRequest, headerValue } from "./http-request.ts";

export interface CgiVariables {
  readonly variables: Readonly<Record<string, string>>;
  /** What was left out, as a sentence; undefined for nothing. */
  readonly warning: string | undefined;
}

/** Linux accepts no longer variable, including its name and the final NUL (MAX_ARG_STRLEN). */
const maximumVariableBytes = 128 * 1024;

/**
 * Linux accepts about 2 MB of arguments and environment together; the rest is for the function's
 * own variables.
 */
const maximumTotalBytes = 1024 * 1024;

/** A name of RFC 9110, section 5.1. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export function cgiVariables(request: HttpRequest): CgiVariables {
  const { scriptName, path, query, headers, cookies, body } = request;
  const host = headerValue(headers, "host");
  const uri = `${scriptName}${path}`;
  const all: Record<string, string | undefined> = {
    GATEWAY_INTERFACE: "CGI/1.1",
    SERVER_SOFTWARE: `stdlambda/${version}`,
    SERVER_PROTOCOL: request.protocol,
    SERVER_NAME: (host && withoutPort(host)) || request.domainName || "localhost",
    SERVER_PORT: request.isSecure ? "443" : "80",
    HTTPS: request.isSecure ? "on" : undefined,
    REQUEST_METHOD: request.method,
    REQUEST_URI: query === "" ? uri : `${uri}?${query}`,
    SCRIPT_NAME: scriptName,
    PATH_INFO: decodeOnce(path),
    QUERY_STRING: query,
    REMOTE_ADDR: request.remoteAddress,
    CONTENT_TYPE: headerValue(headers, "content-type"),
    CONTENT_LENGTH: body && String(body.length),
    ...headerVariables(headers),
    HTTP_COOKIE: cookies.length > 0 ? cookies.join("; ") : undefined,
  };
  return bounded(all);
}

/** `HTTP_…` for each header; repeated values are joined to one list (RFC 9110, section 5.3). */
function headerVariables(headers: readonly Header[]): Record<string, string> {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    // HTTP_PROXY is a setting of the script's HTTP client (httpoxy, CVE-2016-5385).
    if (!token.test(name) || lower === "proxy") continue;
    // It could pass for the header that a proxy in front has checked.
    if (lower.includes("_") && names.has(lower.replaceAll("_", "-"))) continue;
    const variable = `HTTP_${name.toUpperCase().replaceAll("-", "_")}`;
    const list = values.get(variable);
    if (list === undefined) values.set(variable, [value]);
    else list.push(value);
  }
  return Object.fromEntries([...values].map(([variable, list]) => [variable, list.join(", ")]));
}

/** No NUL or line end gets into the environment, and no more than the system accepts. */
function bounded(all: Readonly<Record<string, string | undefined>>): CgiVariables {
  const variables: Record<string, string> = {};
  const left: string[] = [];
  let total = 0;
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined) continue;
    const bytes = name.length + Buffer.byteLength(value) + 2;
    if (bytes > maximumVariableBytes || total + bytes > maximumTotalBytes) {
      left.push(name.length > 60 ? `${name.slice(0, 60)}…` : name);
      continue;
    }
    total += bytes;
    variables[name] = value.replaceAll(/[\0\r\n]/g, " ");
  }
  return { variables, warning: left.length === 0 ? undefined : leftOut(left) };
}

function leftOut(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${shown}${more}: too large for the environment and left out. The event on stdin has every header; with STDLAMBDA_STDIN=body it is in no other place.`;
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, "");
}

/** What is not valid percent-encoding of UTF-8 stays as it is. */
function decodeOnce(path: string): string {
  return path.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
