// Which Lambda a deployment goes to. Unlike a call, it goes to AWS unless it is told otherwise.
import { isLoopback } from "../../local/http/loopback.ts";
import { type EndpointOptions, type ServiceEndpoint, serviceEndpoint } from "./service-endpoint.ts";

/**
 * `--endpoint-url`, then AWS's variables, then AWS itself; `--remote` is AWS itself in any case, with
 * `--endpoint-url` by way of that address.
 */
export function deployEndpoint(options: EndpointOptions, env: NodeJS.ProcessEnv): ServiceEndpoint {
  const isNamed = options.endpointUrl ?? (env.AWS_ENDPOINT_URL_LAMBDA || env.AWS_ENDPOINT_URL);
  const remote = options.remote === true || !isNamed;
  const { url } = serviceEndpoint({ ...options, remote }, env);
  // What is not on this machine checks credentials, be it AWS in a VPC or a colleague's service.
  const isRemote =
    options.remote === true || url === undefined || !isLoopback(new URL(url).hostname);
  return { url, isRemote };
}
