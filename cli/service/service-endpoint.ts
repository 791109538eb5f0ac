// Which address a call goes to, as AWS's own tools decide it, or the local service.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
import { incorrectUsage } from "../../host/expected-error.ts";
import { type ChosenProfile, chooseProfile, type Profile } from "./aws-profiles.ts";

/** The address of `stdlambda dev` by default. */
const defaultUrl = "http://127.0.0.1:9000";

export interface EndpointOptions {
  readonly endpointUrl?: string;
  readonly remote?: boolean;
  readonly profile?: string;
}

export interface ServiceEndpoint {
  /** Undefined for AWS's own address in the region. */
  readonly url: string | undefined;
  /** The real Lambda: the user's own credentials, and never made-up ones. */
  readonly isRemote: boolean;
  /** What AWS's files say about the profile. */
  readonly profile: Profile;
}

/** The names in variables and in a `services` section. */
export type AwsService = "lambda" | "cloudwatch_logs" | "s3";

/**
 * `--endpoint-url`, then AWS's variables and the profile, then the local service. With `--remote` only
 * `--endpoint-url` counts, for an endpoint of AWS in a VPC: the variables are often set for a local
 * service, and a call meant for AWS would end there.
 */
export async function serviceEndpoint(
  options: EndpointOptions,
  env: NodeJS.ProcessEnv,
  service: AwsService = "lambda",
): Promise<ServiceEndpoint> {
  const { url, profile } = await namedEndpoint(options, env, service);
  const isRemote = options.remote === true;
  return { url: url ?? (isRemote ? undefined : defaultUrl), isRemote, profile };
}

/** `url` is undefined when no option, variable or profile names one. */
export async function namedEndpoint(
  { endpointUrl, remote, profile: asked }: EndpointOptions,
  env: NodeJS.ProcessEnv,
  service: AwsService,
): Promise<Omit<ServiceEndpoint, "isRemote">> {
  const chosen = await chooseProfile(asked, env);
  const profile = chosen.values;
  if (endpointUrl !== undefined) {
    return { url: requireUrl(endpointUrl, "--endpoint-url"), profile };
  }
  if (remote) return { url: undefined, profile };
  const url =
    configuredUrl(service, chosen, env) ??
    // The local service has both: an address for Lambda is meant for the logs, too.
    (service === "cloudwatch_logs" ? configuredUrl("lambda", chosen, env) : undefined);
  return { url, profile };
}

/** Of AWS's variables, then of the profile; for the service, then for all of them. */
function configuredUrl(
  service: AwsService,
  { name, values, services }: ChosenProfile,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (isTrue(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? values.ignore_configured_endpoint_urls)) {
    return undefined;
  }
  const variable = `AWS_ENDPOINT_URL_${service.toUpperCase()}`;
  const places: readonly (readonly [string, string | undefined])[] = [
    [variable, env[variable]],
    ["AWS_ENDPOINT_URL", env.AWS_ENDPOINT_URL],
    [`endpoint_url of ${service} for the profile ${name}`, services[`${service}.endpoint_url`]],
    [`endpoint_url of the profile ${name}`, values.endpoint_url],
  ];
  const [what = "", url] = places.find(([, value]) => value) ?? [];
  return url && requireUrl(url, what);
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === "true";
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
