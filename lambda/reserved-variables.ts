// The environment variables that a function cannot set, as on Lambda, each with what to do instead.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html

const byLambda = "Lambda reserves it, and sets it itself";
const fromCaller = "Lambda reserves it; here it comes from your own environment";

export const reservedVariables = {
  _HANDLER: "give the handler as the function's handler",
  _X_AMZN_TRACE_ID: byLambda,
  AWS_ACCESS_KEY: fromCaller,
  AWS_ACCESS_KEY_ID: fromCaller,
  AWS_DEFAULT_REGION: fromCaller,
  AWS_EXECUTION_ENV: byLambda,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "set the function's memory (--memory)",
  AWS_LAMBDA_FUNCTION_NAME: byLambda,
  AWS_LAMBDA_FUNCTION_VERSION: byLambda,
  AWS_LAMBDA_INITIALIZATION_TYPE: byLambda,
  AWS_LAMBDA_LOG_GROUP_NAME: byLambda,
  AWS_LAMBDA_LOG_STREAM_NAME: byLambda,
  AWS_LAMBDA_MAX_CONCURRENCY: byLambda,
  AWS_LAMBDA_METADATA_API: byLambda,
  AWS_LAMBDA_METADATA_TOKEN: byLambda,
  AWS_LAMBDA_RUNTIME_API: byLambda,
  AWS_REGION: fromCaller,
  AWS_SECRET_ACCESS_KEY: fromCaller,
  AWS_SESSION_TOKEN: fromCaller,
  LAMBDA_RUNTIME_DIR: byLambda,
  LAMBDA_TASK_ROOT: "name the function's folder (--root)",
} as const;
