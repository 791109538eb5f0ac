// CreateFunction.

import { randomUUID } from "node:crypto";
import type { CreateFunctionRequest, FunctionConfiguration } from "@aws-sdk/client-lambda";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { maximumNameLength } from "../../lambda/names.ts";
import { lambdaError } from "../service-error.ts";
import { newFunctionRecord } from "../store/records.ts";
import { zipOf } from "./code-source.ts";
import { configure } from "./configure.ts";
import type { ControlContext } from "./context.ts";
import { conflict, invalidParameter } from "./errors.ts";
import { checkUnpackedSize, functionLayers } from "./function-layers.ts";
import { publish, refusePublishTo } from "./publish.ts";
import { creating, lastModified } from "./state.ts";
import { checkTags } from "./tags.ts";
import { settleSoon, type Target, unqualifiedTargetOf } from "./target.ts";

export async function createFunction(
  input: CreateFunctionRequest,
  context: ControlContext,
): Promise<FunctionConfiguration> {
  const target = unqualifiedTargetOf(input, context);
  checkName(target.name);
  checkFree(context, target.name);
  checkPackage(input);
  const zip = zipOf(input.Code ?? {}, "--zip-file fileb://function.zip");
  const tags = input.Tags ?? {};
  checkTags(tags);
  const layers = functionLayers(input.Layers ?? [], context);
  const settings = configure(initial(input, target), input, context.region);
  const added = await context.store.code.add(zip);
  const code = { kind: "zip", sha256: added.sha256, size: added.size } as const;
  await checkUnpackedSize(context, code, layers.attached);

  let answer: FunctionConfiguration = {};
  await context.store.functions.update(target.name, (existing) => {
    if (existing !== undefined) throw alreadyExists(target.name);
    const configuration: FunctionConfiguration = {
      ...settings,
      ...(layers.configured.length > 0 && { Layers: layers.configured }),
      CodeSize: added.size,
      CodeSha256: added.sha256,
      LastModified: lastModified(),
      RevisionId: randomUUID(),
    };
    const record = newFunctionRecord({
      name: target.name,
      origin: "api",
      latest: { configuration, code, layers: layers.attached },
      tags,
    });
    answer = configuration;
    if (!input.Publish) return record;
    const published = publish(record, {});
    // AWS names the version that was published, and keeps the ARN of the function.
    answer = { ...published.version.configuration, FunctionArn: target.arn };
    return published.record;
  });
  settleSoon(context, target.name);
  return answer;
}

function initial(input: CreateFunctionRequest, { name, arn }: Target): FunctionConfiguration {
  return {
    FunctionName: name,
    FunctionArn: arn,
    Description: "",
    Timeout: lambdaDefaults.timeout,
    MemorySize:
      input.CapacityProviderConfig === undefined
        ? lambdaDefaults.memory
        : lambdaDefaults.managedMemory,
    Version: "$LATEST",
    TracingConfig: { Mode: "PassThrough" },
    ...creating,
    PackageType: "Zip",
    Architectures: input.Architectures ?? [lambdaDefaults.architecture],
    EphemeralStorage: { Size: lambdaDefaults.storage },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    ...(input.TenancyConfig !== undefined && { TenancyConfig: input.TenancyConfig }),
  };
}

function checkName(name: string): void {
  if (name.length <= maximumNameLength) return;
  throw invalidParameter(
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${maximumNameLength}`,
  );
}

/** Also checked before the code is unpacked, which may take a while. */
function checkFree(context: ControlContext, name: string): void {
  if (context.store.functions.get(name) !== undefined) throw alreadyExists(name);
}

function alreadyExists(name: string) {
  return conflict(`Function already exist: ${name}`);
}

function checkPackage(input: CreateFunctionRequest): void {
  if (input.PackageType === "Image" || input.Code?.ImageUri !== undefined) {
    throw invalidParameter(
      "The local service runs no container images: leave out PackageType and ImageUri, and send a zip as Code.ZipFile.",
    );
  }
  if (input.ImageConfig !== undefined) {
    throw invalidParameter(
      "Please don't provide ImageConfig when creating a function with packageType Zip.",
    );
  }
  if (input.Runtime === undefined || !input.Handler) {
    throw invalidParameter(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  }
  refusePublishTo(input.PublishTo);
  if (input.CodeSigningConfigArn !== undefined) {
    throw lambdaError(
      "CodeSigningConfigNotFoundException",
      `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${input.CodeSigningConfigArn}.`,
    );
  }
}
