// Makes a version of the current $LATEST.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { AttachedLayer, Code, FunctionRecord, VersionRecord } from "../store/records.ts";
import { invalidParameter } from "./errors.ts";
import { creating, isInMotion } from "./state.ts";
import { revised } from "./target.ts";

/** The code and the layers of a function that is served from its folder, as they were copied. */
export interface CopiedCode {
  readonly code: Extract<Code, { kind: "zip" }>;
  readonly layers: readonly AttachedLayer[];
}

interface Options {
  /** Of the version; by default the one of $LATEST. */
  readonly description?: string | undefined;
  readonly copied?: CopiedCode | undefined;
}

interface Published {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
}

/**
 * Returns the newest version again if neither code nor configuration changed since, as AWS does.
 */
export function publish(record: FunctionRecord, { description, copied }: Options): Published {
  const latest = copied === undefined ? record.latest : withCopied(record.latest, copied);
  const newest = record.versions.at(-1);
  if (newest !== undefined && isUnchanged(latest, newest)) return { record, version: newest };
  const version = versionOf(latest, record.lastVersion + 1, description);
  return {
    version,
    record: {
      ...record,
      latest: { ...record.latest, configuration: revised(record.latest.configuration) },
      versions: [...record.versions, version],
      lastVersion: record.lastVersion + 1,
    },
  };
}

function withCopied(latest: VersionRecord, copied: CopiedCode): VersionRecord {
  const { sha256, size } = copied.code;
  const configuration = { ...latest.configuration, CodeSha256: sha256, CodeSize: size };
  return { ...latest, ...copied, configuration };
}

function versionOf(
  latest: VersionRecord,
  number: number,
  description: string | undefined,
): VersionRecord {
  const { LastUpdateStatus, ...configuration } = latest.configuration;
  const applyOn = configuration.SnapStart?.ApplyOn ?? "None";
  return {
    ...latest,
    configuration: {
      ...configuration,
      FunctionArn: `${configuration.FunctionArn}:${number}`,
      Version: String(number),
      Description: description ?? configuration.Description ?? "",
      RevisionId: randomUUID(),
      SnapStart: {
        ApplyOn: applyOn,
        OptimizationStatus: applyOn === "PublishedVersions" ? "On" : "Off",
      },
      ...(isInMotion(latest.configuration)
        ? creating
        : { State: "Active", LastUpdateStatus: "Successful" }),
    },
  };
}

/** The description alone may differ where it was given to the version and not to the function. */
function isUnchanged(latest: VersionRecord, version: VersionRecord): boolean {
  if (latest.configuration.CodeSha256 !== version.configuration.CodeSha256) return false;
  if (!isDeepStrictEqual(latest.layers ?? [], version.layers ?? [])) return false;
  if (latest.configuration.LastModified === version.configuration.LastModified) return true;
  return isDeepStrictEqual(lasting(latest.configuration), lasting(version.configuration));
}

/**
 * Without the fields that differ between a version and $LATEST; through JSON, because one of them
 * may come from the disk.
 */
function lasting(configuration: FunctionConfiguration): unknown {
  const { FunctionArn, Version, RevisionId, LastModified, SnapStart, ...settings } = configuration;
  const { State, StateReason, StateReasonCode, LastUpdateStatus, ...rest } = settings;
  return JSON.parse(JSON.stringify({ ...rest, applyOn: SnapStart?.ApplyOn }));
}

/** @throws ServiceError InvalidParameterValueException when it is given. */
export function refusePublishTo(publishTo: string | undefined): void {
  if (publishTo === undefined) return;
  throw invalidParameter(
    "The local service does not support PublishTo here: publish with PublishVersion; $LATEST.PUBLISHED is always the newest version.",
  );
}
