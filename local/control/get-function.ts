// GetFunction and GetFunctionConfiguration.
import type {
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
} from "@aws-sdk/client-lambda";
import { codeLocation } from "./code-source.ts";
import type { ControlContext } from "./context.ts";
import { resolveVersion } from "./resolve-version.ts";
import { functionOf, targetOf } from "./target.ts";

export async function getFunction(
  input: GetFunctionRequest,
  context: ControlContext,
): Promise<GetFunctionResponse> {
  const { record, version, configuration } = find(input, context);
  const { tags, reservedConcurrency } = record;
  return {
    Configuration: configuration,
    Code: { RepositoryType: "S3", Location: codeLocation(context, version.code) },
    ...(Object.keys(tags).length > 0 && { Tags: tags }),
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
  };
}

export async function getFunctionConfiguration(
  input: GetFunctionConfigurationRequest,
  context: ControlContext,
): Promise<FunctionConfiguration> {
  return find(input, context).configuration;
}

/** The ARN in the answer has the requested qualifier, even if that is an alias or $LATEST. */
function find(input: GetFunctionRequest, context: ControlContext) {
  const target = targetOf(input, context);
  const record = functionOf(context, target);
  const version = resolveVersion(record, target.qualifier, () => 1);
  const configuration = { ...version.configuration, FunctionArn: target.arn };
  return { record, version, configuration };
}
