// AWS's rules for the environment variables of a function.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
import { maximumEnvironmentBytes } from "../../lambda/limits.ts";
import { reservedVariables } from "../../lambda/reserved-variables.ts";
import { invalidParameter } from "./errors.ts";

const unable =
  "Lambda was unable to configure your environment variables because the environment variables you have provided";

/** @throws ServiceError InvalidParameterValueException */
export function checkVariables(variables: Readonly<Record<string, string>>): void {
  const used = Object.keys(variables).filter((name) => Object.hasOwn(reservedVariables, name));
  if (used.length > 0) {
    throw invalidParameter(
      `${unable} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${used.join(", ")}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > maximumEnvironmentBytes) {
    throw invalidParameter(`${unable} exceeded the 4KB limit. String measured: ${measured}`);
  }
}
