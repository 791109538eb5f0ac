// The record of a function that a directory, a configuration file or a template declares.

import { createHash, randomUUID } from "node:crypto";
import { architectureOf } from "../../lambda/architectures.ts";
import { capacityProviderArn, functionArn, isArn, roleArn } from "../../lambda/arns.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import { loggingConfig } from "../control/logging-config.ts";
import { lastModified } from "../control/state.ts";
import {
  type AttachedLayer,
  type FunctionRecord,
  newFunctionRecord,
  type VersionRecord,
} from "../store/records.ts";
import { declareQualifiers } from "./declare-qualifiers.ts";

export interface DeclareOptions {
  readonly region: string;
  readonly accountId: string;
  /** Base URL of the service. */
  readonly endpoint: string;
  /** Folders of the layers that are not ARNs, the lowest first. */
  readonly layers: readonly string[];
  /** Layers that the service has stored. */
  readonly attached: readonly AttachedLayer[];
  /** Changes with every change of a file. */
  readonly revision: string;
  /** The previous record of this name: its versions, aliases and the rest are kept. */
  readonly previous: FunctionRecord | undefined;
}

export function declareRecord(declared: DeclaredFunction, options: DeclareOptions): FunctionRecord {
  const latest = latestVersion(declared, options);
  const { previous } = options;
  const kept =
    previous?.origin === "directory"
      ? previous
      : newFunctionRecord({ name: declared.name, origin: "directory", latest });
  return {
    ...kept,
    ...declareQualifiers(declared, latest, kept, options),
    latest,
    reservedConcurrency: declared.reservedConcurrency ?? kept.reservedConcurrency,
  };
}

function latestVersion(declared: DeclaredFunction, options: DeclareOptions): VersionRecord {
  const { region, accountId, layers, revision } = options;
  const { name, root, logFormat, applicationLogLevel, systemLogLevel } = declared;
  const { capacityProvider = capacityProviderArn({ region, accountId }, "local") } = declared;
  const isConcurrent =
    declared.maxConcurrency !== undefined || declared.capacityProvider !== undefined;
  return {
    code: { kind: "directory", root, layers, revision },
    layers: options.attached,
    configuration: {
      FunctionName: name,
      FunctionArn: functionArn({ region, accountId }, name),
      Runtime: declared.runtime,
      Role: roleArn(accountId, "stdlambda-dev"),
      Handler: declared.handler,
      CodeSize: 0,
      Description: `Served from ${declared.source}`,
      Timeout: declared.timeout,
      MemorySize: declared.memory,
      LastModified: lastModified(),
      // The folder is never zipped: its revision represents its content.
      CodeSha256: createHash("sha256").update(`${root}\0${revision}`).digest("base64"),
      Version: "$LATEST",
      Environment: { Variables: { ...declared.environment } },
      TracingConfig: { Mode: "PassThrough" },
      RevisionId: randomUUID(),
      Layers: declared.layers.filter(isArn).map((Arn) => ({ Arn, CodeSize: 0 })),
      State: "Active",
      LastUpdateStatus: "Successful",
      PackageType: "Zip",
      Architectures: [declared.architecture ?? architectureOf(process.arch)],
      EphemeralStorage: { Size: declared.ephemeralStorage ?? lambdaDefaults.storage },
      SnapStart: {
        ApplyOn: declared.snapStart ? "PublishedVersions" : "None",
        OptimizationStatus: declared.snapStart ? "On" : "Off",
      },
      LoggingConfig: loggingConfig(
        undefined,
        {
          ...(logFormat && { LogFormat: logFormat }),
          ...(applicationLogLevel && { ApplicationLogLevel: applicationLogLevel }),
          ...(systemLogLevel && { SystemLogLevel: systemLogLevel }),
        },
        { name, format: isConcurrent ? "JSON" : "Text" },
      ),
      ...(isConcurrent && {
        CapacityProviderConfig: {
          LambdaManagedInstancesCapacityProviderConfig: {
            CapacityProviderArn: capacityProvider,
            PerExecutionEnvironmentMaxConcurrency: declared.maxConcurrency,
          },
        },
      }),
    },
  };
}
