// How AWS's own client is configured for the service that is called.

import type { LambdaClientConfig } from "@aws-sdk/client-lambda";
import { givenRegion, lambdaDefaults } from "../../lambda/defaults.ts";
import type { Timeouts } from "./proxy-handler.ts";
import { requestHandler } from "./request-handler.ts";
import type { ServiceEndpoint } from "./service-endpoint.ts";

export interface ClientOptions {
  readonly profile?: string;
  readonly region?: string;
}

/** Without a region for AWS itself, the SDK looks it up in its own files. */
export async function clientConfiguration(
  endpoint: ServiceEndpoint,
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
  timeouts: Timeouts = defaultTimeouts,
): Promise<LambdaClientConfig> {
  const region = options.region ?? givenRegion(env);
  const given = {
    // If an invocation were repeated, the function might run twice.
    maxAttempts: 1,
    requestHandler: await requestHandler(endpoint.url, env, timeouts),
    // It is known by now: variables and profile have been read.
    ignoreConfiguredEndpointUrls: true,
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(endpoint.url !== undefined && { endpoint: endpoint.url }),
  };
  if (endpoint.isRemote) return { ...given, ...(region && { region }) };
  const { profile } = endpoint;
  // A service on this machine accepts any keys, so a profile may have none.
  const hasKeys = options.profile !== undefined && profile.aws_access_key_id !== undefined;
  return {
    ...given,
    ...forAnAddress,
    region: region ?? (profile.region || lambdaDefaults.region),
    ...(!hasKeys && { credentials: keys(env) }),
  };
}

/** No limit on the answer of a call, because a function may take 15 minutes. */
const defaultTimeouts: Timeouts = { connectionTimeout: 10_000 };

/** Settings of the user for AWS that would refuse an address, or look something up for it. */
const forAnAddress = {
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  defaultsMode: "standard",
} as const;

/**
 * The environment's keys, or made-up ones: a service on this machine checks none, and a call that
 * stays here must not ask a profile's sign-in or the metadata service of EC2.
 */
function keys(env: NodeJS.ProcessEnv): NonNullable<LambdaClientConfig["credentials"]> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) {
    return { accessKeyId: "stdlambda", secretAccessKey: "stdlambda" };
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
