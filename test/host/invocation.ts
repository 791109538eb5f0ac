// An invocation and a platform for tests, made as the host makes them.
import assert from "node:assert/strict";
import { createInvocation, type Invocation } from "../../host/invocation.ts";
import { type Platform, readPlatform } from "../../host/settings.ts";

/** `headers` are added to the one that is required; names in lower case, as the client hands them over. */
export function invocationOf(
  headers: Readonly<Record<string, string>> = {},
  event: string | Buffer = "{}",
): Invocation {
  const all = new Map(Object.entries({ "lambda-runtime-aws-request-id": "id-1", ...headers }));
  const invocation = createInvocation(all, Buffer.from(event));
  assert.ok(invocation);
  return invocation;
}

export const platform: Platform = readPlatform({
  AWS_LAMBDA_FUNCTION_NAME: "orders",
  AWS_LAMBDA_FUNCTION_VERSION: "7",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
  AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/orders",
  AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[7]abc",
  LAMBDA_TASK_ROOT: "/var/task",
});
