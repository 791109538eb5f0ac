// Which Lambda a deployment goes to. Unlike a call, it goes to AWS unless told otherwise.
import { isLoopback } from "../../local/http/loopback.ts";
import { type EndpointOptions, namedEndpoint, type ServiceEndpoint } from "./service-endpoint.ts";

/**
 * `--endpoint-url`, then AWS's variables and the profile, then AWS itself; `--remote` always means
 * AWS itself, with `--endpoint-url` through that address.
 */
export async function deployEndpoint(
  options: EndpointOptions,
  env: NodeJS.ProcessEnv,
): Promise<ServiceEndpoint> {
  const { url, profile } = await namedEndpoint(options, env, "lambda");
  // A service that is not on this machine checks credentials, be it AWS in a VPC or a colleague's
  // service.
  const isRemote =
    options.remote === true || url === undefined || !isLoopback(new URL(url).hostname);
  return { url, isRemote, profile };
}
