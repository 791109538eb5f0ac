// Cross-origin requests: what a function URL's Cors settings allow a browser to do.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors

import type { IncomingMessage } from "node:http";
import type { Cors, FunctionUrlConfig } from "@aws-sdk/client-lambda";
import type { Header } from "./answer.ts";

/** Whether web pages of this origin may call the URL. */
export function functionUrlOriginAllowed(
  origin: string,
  configuration: Pick<FunctionUrlConfig, "Cors">,
): boolean {
  return isListed(origin, configuration.Cors?.AllowOrigins);
}

/** With allowed origins configured, OPTIONS never reaches the function. */
export function isPreflight(request: IncomingMessage, cors: Cors | undefined): boolean {
  return request.method === "OPTIONS" && Boolean(cors?.AllowOrigins?.length);
}

/** The headers of the answer to a preflight; none if anything that it asks for is not allowed. */
export function preflightHeaders(request: IncomingMessage, cors: Cors): Header[] {
  const headers = responseHeaders(request, cors, []);
  const method = request.headers["access-control-request-method"];
  const names = request.headers["access-control-request-headers"] ?? "";
  const asked = names
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const { AllowMethods, AllowHeaders } = cors;
  const refused =
    (method !== undefined && AllowMethods !== undefined && !isListed(method, AllowMethods)) ||
    (AllowHeaders !== undefined && asked.some((name) => !isListed(name, AllowHeaders)));
  if (refused || headers.length === 0) return [];
  if (AllowHeaders?.length) headers.push(["Access-Control-Allow-Headers", AllowHeaders.join(",")]);
  if (AllowMethods?.length) headers.push(["Access-Control-Allow-Methods", AllowMethods.join(",")]);
  if (cors.MaxAge) headers.push(["Access-Control-Max-Age", String(cors.MaxAge)]);
  return headers;
}

/**
 * Added to every other answer. Headers of the same name that a function sets are not removed: AWS
 * sends both as well, and a browser refuses the pair. It is better to see that here than on AWS.
 */
export function responseHeaders(
  request: IncomingMessage,
  cors: Cors | undefined,
  exposed: readonly string[] = cors?.ExposeHeaders ?? [],
): Header[] {
  const { origin } = request.headers;
  if (cors === undefined || origin === undefined || !isListed(origin, cors.AllowOrigins)) return [];
  // Browsers take no wildcard together with credentials, so the origin is named.
  const any = cors.AllowOrigins?.includes("*") && !cors.AllowCredentials;
  const headers: Header[] = [["Access-Control-Allow-Origin", any ? "*" : origin]];
  if (!any) headers.push(["Vary", "Origin"]);
  if (exposed.length > 0) headers.push(["Access-Control-Expose-Headers", exposed.join(",")]);
  if (cors.AllowCredentials) headers.push(["Access-Control-Allow-Credentials", "true"]);
  return headers;
}

/** `*` in the list stands for every value. */
export function isListed(value: string, list: readonly string[] | undefined): boolean {
  const wanted = value.toLowerCase();
  return (list ?? []).some((item) => item === "*" || item.toLowerCase() === wanted);
}
