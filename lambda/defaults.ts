// What Lambda uses when a setting is left out of CreateFunction, and the region of examples.

export const lambdaDefaults = {
  /** Seconds. */
  timeout: 3,
  /** Megabytes. */
  memory: 128,
  /** Megabytes, of a function on Managed Instances. */
  managedMemory: 2048,
  /** Megabytes of /tmp. */
  storage: 512,
  /** Invocations at a time in one environment of Managed Instances. */
  environmentConcurrency: 10,
  runtime: "provided.al2023",
  architecture: "x86_64",
  region: "us-east-1",
} as const;

/** The region that the environment names, as AWS's clients look it up. */
export function givenRegion(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
}

export function regionOf(env: Readonly<Record<string, string | undefined>>): string {
  return givenRegion(env) ?? lambdaDefaults.region;
}
