// How AWS's own client is set up for the service that is asked.

import type { LambdaClientConfig } from "@aws-sdk/client-lambda";
import { givenRegion, lambdaDefaults } from "../../lambda/defaults.ts";
import type { ServiceEndpoint } from "./service-endpoint.ts";

export interface ClientOptions {
  readonly profile?: string;
  readonly region?: string;
}

/** Without a region for AWS itself, the SDK looks it up in its own files. */
export function clientConfiguration(
  endpoint: ServiceEndpoint,
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
): LambdaClientConfig {
  // The SDK knows the first variable, the AWS CLI both.
  const region = options.region ?? givenRegion(env);
  const given = {
    // An invocation that is tried again may run the function twice.
    maxAttempts: 1,
    // None on the answer: a function may take 15 minutes.
    requestHandler: { connectionTimeout: 10_000 },
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(endpoint.url !== undefined && { endpoint: endpoint.url }),
  };
  if (endpoint.isRemote) {
    return { ...given, ...(region && { region }), ignoreConfiguredEndpointUrls: true };
  }
  return {
    ...given,
    ...forAnAddress,
    region: region ?? lambdaDefaults.region,
    ...(options.profile === undefined && { credentials: keys(env) }),
  };
}

/** What of the user's settings for AWS would refuse an address, or look something up for it. */
const forAnAddress = {
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  defaultsMode: "standard",
} as const;

/**
 * The environment's keys, or made-up ones: a service on this machine checks none, and neither a
 * profile's sign-in nor the metadata service of EC2 is to be asked for a call that stays here.
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
