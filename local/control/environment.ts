// What AWS asks of the environment variables of a function.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
import { invalidParameter } from "./errors.ts";

const maximumBytes = 4096;

const reserved = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_MAX_CONCURRENCY",
  "AWS_LAMBDA_METADATA_API",
  "AWS_LAMBDA_METADATA_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

const unable =
  "Lambda was unable to configure your environment variables because the environment variables you have provided";

/** @throws ServiceError InvalidParameterValueException */
export function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const used = Object.keys(variables).filter((name) => reserved.has(name));
  if (used.length > 0) {
    throw invalidParameter(
      `${unable} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${used.join(", ")}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > maximumBytes) {
    throw invalidParameter(`${unable} exceeded the 4KB limit. String measured: ${measured}`);
  }
}
