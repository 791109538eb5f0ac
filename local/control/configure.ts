// Applies the settings of CreateFunction and UpdateFunctionConfiguration to a configuration.

import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
  VpcConfig,
  VpcConfigResponse,
} from "@aws-sdk/client-lambda";
import { memory, timeout } from "../../lambda/limits.ts";
import { osOnlyRuntime } from "../../lambda/runtimes.ts";
import { lambdaError } from "../service-error.ts";
import { checkVariables } from "./check-variables.ts";
import { invalidParameter } from "./errors.ts";
import { loggingConfig } from "./logging-config.ts";
import { checkRuntime, runtimeVersionArn } from "./runtimes.ts";

type Settings = Omit<CreateFunctionRequest, "FunctionName" | "Code" | "Role"> &
  Omit<UpdateFunctionConfigurationRequest, "FunctionName">;

/** Copied as they are: these look the same in requests and answers. */
const plain = [
  "Role",
  "Handler",
  "Description",
  "Timeout",
  "MemorySize",
  "KMSKeyArn",
  "EphemeralStorage",
  "FileSystemConfigs",
  "CapacityProviderConfig",
  "DurableConfig",
] as const satisfies readonly (keyof Settings & keyof FunctionConfiguration)[];

/**
 * The configuration after the change; layers are resolved elsewhere.
 * @throws ServiceError InvalidParameterValueException or ValidationException
 */
export function configure(
  before: FunctionConfiguration,
  settings: Settings,
  region: string,
): FunctionConfiguration {
  const after: FunctionConfiguration = { ...before };
  for (const name of plain) {
    if (settings[name] !== undefined) Object.assign(after, { [name]: settings[name] });
  }
  const { Runtime, Environment, VpcConfig, DeadLetterConfig, SnapStart, LoggingConfig } = settings;
  if (Runtime !== undefined) {
    checkRuntime(Runtime);
    after.Runtime = Runtime;
    after.RuntimeVersionConfig = { RuntimeVersionArn: runtimeVersionArn(region, Runtime) };
  }
  if (Environment !== undefined) {
    checkVariables(Environment.Variables ?? {});
    after.Environment = { Variables: Environment.Variables ?? {} };
  }
  if (settings.TracingConfig?.Mode !== undefined) after.TracingConfig = settings.TracingConfig;
  if (VpcConfig !== undefined) after.VpcConfig = vpcConfig(VpcConfig);
  if (DeadLetterConfig !== undefined) {
    // An empty ARN removes the queue.
    if (DeadLetterConfig.TargetArn) after.DeadLetterConfig = DeadLetterConfig;
    else delete after.DeadLetterConfig;
  }
  if (SnapStart?.ApplyOn !== undefined) {
    after.SnapStart = { ApplyOn: SnapStart.ApplyOn, OptimizationStatus: "Off" };
  }
  const managed = after.CapacityProviderConfig !== undefined;
  checkLimits(settings, managed);
  if (SnapStart !== undefined || Runtime !== undefined) checkSnapStart(after);
  if (managed && LoggingConfig?.LogFormat === "Text") {
    throw invalidParameter(
      "Lambda Managed Instances log in JSON only: leave LogFormat out, or set it to JSON.",
    );
  }
  after.LoggingConfig = loggingConfig(before.LoggingConfig, LoggingConfig, {
    name: before.FunctionName ?? "",
    format: managed ? "JSON" : "Text",
  });
  return after;
}

/** Limits of AWS that its model does not have. */
function checkLimits({ Timeout = 0, MemorySize = 0 }: Settings, managed: boolean): void {
  if (Timeout > timeout.maximum) {
    throw lambdaError(
      "ValidationException",
      `1 validation error detected: Value '${Timeout}' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to ${timeout.maximum}`,
    );
  }
  if (!managed && MemorySize > memory.maximum) {
    throw invalidParameter(
      `'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to ${memory.maximum}`,
    );
  }
}

/**
 * On AWS, SnapStart supports provided.al2023 as a container image. There are no images here, so a
 * zip stands in for the image; Node.js has no SnapStart anywhere.
 */
function checkSnapStart({ SnapStart, Runtime }: FunctionConfiguration): void {
  if (SnapStart?.ApplyOn !== "PublishedVersions" || Runtime === osOnlyRuntime) return;
  throw invalidParameter(`${Runtime} is not supported for SnapStart enabled functions.`);
}

function vpcConfig(config: VpcConfig): VpcConfigResponse {
  const { SubnetIds = [], SecurityGroupIds = [], Ipv6AllowedForDualStack = false } = config;
  const VpcId = SubnetIds.length === 0 ? "" : "vpc-00000000000000000";
  return { SubnetIds, SecurityGroupIds, VpcId, Ipv6AllowedForDualStack };
}
