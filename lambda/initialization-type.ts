// AWS_LAMBDA_INITIALIZATION_TYPE, and the same in the platform's records.

export type InitializationType =
  | "on-demand"
  | "provisioned-concurrency"
  | "snap-start"
  | "lambda-managed-instances";

export const snapStart = "snap-start" satisfies InitializationType;

export function initializationType(settings: {
  readonly maxConcurrency: number | undefined;
  readonly snapStart: boolean;
}): InitializationType {
  if (settings.maxConcurrency !== undefined) return "lambda-managed-instances";
  return settings.snapStart ? snapStart : "on-demand";
}
