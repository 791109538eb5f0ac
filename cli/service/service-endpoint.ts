// Which Lambda service a call goes to: one at an address, or AWS's own.
import { incorrectUsage } from "../../host/expected-error.ts";

/** Where `stdlambda dev` listens unless it is told otherwise. */
const defaultUrl = "http://127.0.0.1:9000";

export interface EndpointOptions {
  readonly endpointUrl?: string;
  readonly remote?: boolean;
}

export interface ServiceEndpoint {
  /** Undefined for AWS's own address in the region. */
  readonly url: string | undefined;
  /** The real Lambda: the user's own credentials, and never made-up ones. */
  readonly isRemote: boolean;
}

/**
 * `--endpoint-url`, then AWS's variables, then the local service. With `--remote` only
 * `--endpoint-url` counts, for an endpoint of AWS in a VPC: the variables are often set for a local
 * service, and a call meant for AWS would end there.
 */
export function serviceEndpoint(
  { endpointUrl, remote = false }: EndpointOptions,
  env: NodeJS.ProcessEnv,
): ServiceEndpoint {
  if (endpointUrl !== undefined) {
    return { url: requireUrl(endpointUrl, "--endpoint-url"), isRemote: remote };
  }
  if (remote) return { url: undefined, isRemote: true };
  for (const name of ["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"]) {
    const url = env[name];
    if (url) return { url: requireUrl(url, name), isRemote: false };
  }
  return { url: defaultUrl, isRemote: false };
}

function requireUrl(text: string, what: string): string {
  const url = URL.parse(text);
  if (url?.username || url?.password) {
    throw incorrectUsage(`${what} contains a user name; give only the address`);
  }
  if (url && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, "");
  throw incorrectUsage(`${what} is not a URL: "${text}"`, {
    remedy: `Write it as in ${defaultUrl}, with http:// or https://`,
  });
}
