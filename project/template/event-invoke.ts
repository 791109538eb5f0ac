// EventInvokeConfig, as a function has it in SAM or as a resource of its own.
import { isArn } from "../../lambda/arns.ts";
import { eventAge, retryAttempts } from "../../lambda/limits.ts";
import type { DeclaredEventInvoke } from "../declared-function.ts";
import type { Properties } from "./properties.ts";

/** Undefined where there is none. Destinations whose ARN only AWS knows are left out. */
export function readEventInvoke(
  properties: Properties,
  ...path: string[]
): DeclaredEventInvoke | undefined {
  if (path.length > 0 && properties.map(...path) === undefined) return undefined;
  const attempts = properties.number(...path, "MaximumRetryAttempts");
  const age = properties.number(...path, "MaximumEventAgeInSeconds");
  check(properties, attempts, retryAttempts, [...path, "MaximumRetryAttempts"]);
  check(properties, age, eventAge, [...path, "MaximumEventAgeInSeconds"]);
  const destination = (end: string) => {
    const arn = properties.text(...path, "DestinationConfig", end, "Destination");
    return arn !== undefined && isArn(arn) ? arn : undefined;
  };
  const onSuccess = destination("OnSuccess");
  const onFailure = destination("OnFailure");
  return {
    ...(attempts !== undefined && { maximumRetryAttempts: attempts }),
    ...(age !== undefined && { maximumEventAge: age }),
    ...(onSuccess !== undefined && { onSuccess }),
    ...(onFailure !== undefined && { onFailure }),
  };
}

function check(
  { problems }: Properties,
  value: number | undefined,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
  path: readonly string[],
): void {
  if (value === undefined || (Number.isInteger(value) && value >= minimum && value <= maximum)) {
    return;
  }
  const message = `${value} is not possible; write a whole number from ${minimum} to ${maximum}`;
  problems.push({ path, message });
}
