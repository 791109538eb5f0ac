// Sends the SDK's requests through an HTTP proxy, with undici.

import { type HttpRequest, HttpResponse } from "@smithy/core/transport";
import { EnvHttpProxyAgent, request as send } from "undici";

/** Milliseconds. */
export interface Timeouts {
  readonly connectionTimeout: number;
  readonly requestTimeout?: number;
}

export interface ProxySettings {
  readonly url: string;
  /** Hosts that are called directly, as curl and others read it. */
  readonly except: string;
}

export function createProxyHandler(
  { url, except }: ProxySettings,
  { connectionTimeout, requestTimeout }: Timeouts,
) {
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: url,
    httpsProxy: url,
    noProxy: except,
    connectTimeout: connectionTimeout,
    headersTimeout: requestTimeout ?? 0,
    bodyTimeout: 0,
  });
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request: HttpRequest, { abortSignal }: { abortSignal?: unknown } = {}) {
      // undici does not wait for "100 Continue"; AWS's services take the body without it.
      const { expect: _, ...headers } = request.headers;
      try {
        const answer = await send(addressOf(request), {
          dispatcher,
          method: request.method as "GET",
          headers,
          body: request.body ?? null,
          ...(abortSignal !== undefined && { signal: abortSignal as AbortSignal }),
        });
        const { statusCode, headers: received, body } = answer;
        return {
          response: new HttpResponse({ statusCode, headers: joined(received), body }),
        };
      } catch (error) {
        throw explained(error, new URL(url).host);
      }
    },
    destroy: () => void dispatcher.destroy().catch(() => {}),
  };
}

function addressOf({ protocol, hostname, port, path, query }: HttpRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((one) => (one === null ? escaped(name) : `${escaped(name)}=${escaped(one)}`)),
  );
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return `${protocol}//${host}${path}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

/** As the signature has it (RFC 3986). */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
  );
}

/** The SDK repeats a call after a TimeoutError, which is how it sees a broken connection. */
function explained(error: unknown, proxy: string): unknown {
  if (!(error instanceof Error) || error.name === "AbortError") return error;
  const code = "code" in error ? String(error.code) : "";
  const isPassing = /^UND_ERR_(?:SOCKET|HEADERS_TIMEOUT|CONNECT_TIMEOUT)$/.test(code);
  return Object.assign(
    new Error(`through the proxy ${proxy}: ${error.message}`, { cause: error }),
    {
      name: isPassing ? "TimeoutError" : error.name,
      code: isPassing ? "ECONNRESET" : code,
    },
  );
}
