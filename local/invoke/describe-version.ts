// Makes what the environments of a version need from its record.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { Home } from "../../lambda/arns.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import type { SandboxedFunction } from "../sandbox/sandboxed-function.ts";
import type { FunctionRecord, VersionRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";

export interface ServiceHome extends Home {
  readonly store: Store;
}

/** Unpacks the code and the layers if they are not unpacked yet. */
export async function describeVersion(
  record: FunctionRecord,
  version: VersionRecord,
  { store, region, accountId }: ServiceHome,
): Promise<SandboxedFunction> {
  const { configuration, code } = version;
  const isInPlace = code.kind === "directory";
  const logging = configuration.LoggingConfig;
  const maxConcurrency = maximumConcurrency(configuration);
  const attached = (version.layers ?? []).map(({ sha256 }) => store.code.folder(sha256));
  return {
    name: record.name,
    version: configuration.Version ?? "$LATEST",
    revision: isInPlace ? code.revision : code.sha256,
    accountId,
    region,
    handler: configuration.Handler ?? "",
    runtime: configuration.Runtime ?? lambdaDefaults.runtime,
    memoryMB: configuration.MemorySize ?? lambdaDefaults.memory,
    timeoutSeconds: configuration.Timeout ?? lambdaDefaults.timeout,
    variables: configuration.Environment?.Variables ?? {},
    taskRoot: isInPlace ? code.root : await store.code.folder(code.sha256),
    layers: [...(await Promise.all(attached)), ...(isInPlace ? code.layers : [])],
    packages: isInPlace ? packagesAbove(code.root) : undefined,
    servedInPlace: isInPlace,
    logGroup: logging?.LogGroup ?? `/aws/lambda/${record.name}`,
    // Managed Instances have no other one (AWS: "Lambda Managed Instances").
    logFormat: logging?.LogFormat === "JSON" || maxConcurrency !== undefined ? "json" : "text",
    applicationLogLevel: logging?.ApplicationLogLevel,
    systemLogLevel: logging?.SystemLogLevel,
    maxConcurrency,
    snapStart:
      configuration.SnapStart?.ApplyOn === "PublishedVersions" &&
      // Nobody publishes a folder, so what it declares applies to whatever is served from it.
      (isInPlace || configuration.Version !== "$LATEST"),
  };
}

function maximumConcurrency(configuration: FunctionConfiguration): number | undefined {
  const instances =
    configuration.CapacityProviderConfig?.LambdaManagedInstancesCapacityProviderConfig;
  if (instances === undefined) return undefined;
  return instances.PerExecutionEnvironmentMaxConcurrency ?? lambdaDefaults.environmentConcurrency;
}

/** npm's packages in a folder above, which a script run by hand finds too. */
function packagesAbove(root: string): string | undefined {
  if (existsSync(join(root, "node_modules"))) return undefined;
  for (let folder = dirname(root); folder !== dirname(folder); folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    if (existsSync(packages)) return packages;
  }
  return undefined;
}
