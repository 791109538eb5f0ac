// How requests get to AWS: directly, or through the proxy that the environment names.
import type { LambdaClientConfig } from "@aws-sdk/client-lambda";
import { incorrectUsage } from "../../host/expected-error.ts";
import { isLoopback } from "../../local/http/loopback.ts";
import type { ProxySettings, Timeouts } from "./proxy-handler.ts";

/** The SDK itself ignores HTTPS_PROXY, unlike the AWS CLI. `url`: undefined for AWS. */
export async function requestHandler(
  url: string | undefined,
  env: NodeJS.ProcessEnv,
  timeouts: Timeouts,
): Promise<NonNullable<LambdaClientConfig["requestHandler"]>> {
  const proxy = proxyFor(url ?? "https://amazonaws.com", env);
  if (proxy === undefined) return timeouts;
  // 70 ms to load, and most machines have no proxy.
  const { createProxyHandler } = await import("./proxy-handler.ts");
  return createProxyHandler(proxy, timeouts);
}

/** An address on this machine is always called directly. */
function proxyFor(url: string, env: NodeJS.ProcessEnv): ProxySettings | undefined {
  const { protocol, hostname } = new URL(url);
  if (isLoopback(hostname)) return undefined;
  const proxy =
    protocol === "https:" ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
  if (!proxy) return undefined;
  return { url: requireProxy(proxy), except: env.no_proxy || env.NO_PROXY || "" };
}

/** Also `proxy:3128`, as with curl. */
function requireProxy(text: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url && /^https?:$/.test(url.protocol)) return url.href;
  throw incorrectUsage(`the proxy ${url ? url.host : "of HTTPS_PROXY"} cannot be used`, {
    remedy: "Write HTTPS_PROXY as in http://proxy.example.com:3128",
  });
}
