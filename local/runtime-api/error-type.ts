// The error type of a post, in the form that logs and metrics allow.
import type { PlatformErrorType } from "./platform-error-types.ts";

// Not anchored: AWS's own check is not.
const validType = /(Runtime|Function)\.[A-Z][a-zA-Z]+/;

/** The header's value if it is well formed, else the type Lambda puts in its place. */
export function errorTypeForMetrics(header: string | undefined): string {
  if (header !== undefined && validType.test(header)) return header;
  const unknown: PlatformErrorType = header?.startsWith("Function.")
    ? "Function.Unknown"
    : "Runtime.Unknown";
  return unknown;
}
