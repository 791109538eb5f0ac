// How long a request may take: the function's timeout, or less where the caller says so.
import { RefusedRequest } from "./refused-request.ts";

export const timeoutHeader = "x-stdlambda-timeout";

/** Seconds. @throws RefusedRequest for a header that is not a number of seconds. */
export function requestTimeout(
  header: string | string[] | undefined,
  functionSeconds: number,
): number {
  if (header === undefined) return functionSeconds;
  const seconds = Number(header);
  if (typeof header === "string" && /^\d+(?:\.\d+)?$/.test(header) && seconds > 0) {
    return Math.min(seconds, functionSeconds);
  }
  throw new RefusedRequest(
    400,
    "InvalidTimeout",
    `The header X-Stdlambda-Timeout is "${header}"; give a number of seconds above 0, such as 2 or 0.5`,
  );
}
