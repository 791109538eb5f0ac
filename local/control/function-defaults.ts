// Settings that this service does not have, answered as AWS answers for a function that never
// changed them: tools such as Terraform read them whenever they read a function.
import type {
  GetFunctionCodeSigningConfigRequest,
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  GetRuntimeManagementConfigRequest,
  GetRuntimeManagementConfigResponse,
} from "@aws-sdk/client-lambda";
import type { ControlContext } from "./context.ts";
import { resolveVersion } from "./resolve-version.ts";
import { functionOf, targetOf, unqualifiedTargetOf } from "./target.ts";

export async function getRuntimeManagementConfig(
  input: GetRuntimeManagementConfigRequest,
  context: ControlContext,
): Promise<GetRuntimeManagementConfigResponse> {
  const target = targetOf(input, context);
  resolveVersion(functionOf(context, target), target.qualifier, () => 1);
  return { UpdateRuntimeOn: "Auto", FunctionArn: target.arn };
}

/** A function without code signing gives an empty answer, although the model has two members. */
export async function getFunctionCodeSigningConfig(
  input: GetFunctionCodeSigningConfigRequest,
  context: ControlContext,
): Promise<object> {
  functionOf(context, unqualifiedTargetOf(input, context));
  return {};
}

export async function getFunctionRecursionConfig(
  input: GetFunctionRecursionConfigRequest,
  context: ControlContext,
): Promise<GetFunctionRecursionConfigResponse> {
  functionOf(context, unqualifiedTargetOf(input, context));
  return { RecursiveLoop: "Terminate" };
}
