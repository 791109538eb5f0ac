// Pending -> Active and InProgress -> Successful. A record written in the first state is read as
// being in the second one after a moment, so no crash and no lost timer leaves it stuck.
import { createHash } from "node:crypto";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { VersionRecord } from "../store/records.ts";
import { conflict } from "./errors.ts";

/** How long creating or updating takes; long enough for a client to see that it is not immediate. */
export const settlingMilliseconds = 50;

/** A version in its current state. Costs one comparison for a version that has settled. */
export function settled(version: VersionRecord, now = Date.now()): VersionRecord {
  const { configuration } = version;
  if (!isInMotion(configuration)) return version;
  const since = now - epochMilliseconds(configuration.LastModified);
  // The clock may have been set back: a time in the future counts as long past.
  if (since >= 0 && since < settlingMilliseconds) return version;
  const known = settledVersions.get(version);
  if (known !== undefined) return known;
  const atItsRest = { ...version, configuration: atRest(configuration) };
  settledVersions.set(version, atItsRest);
  return atItsRest;
}

/**
 * One object for each state, so that what is looked up by the version, such as its pool, is found
 * again.
 */
const settledVersions = new WeakMap<VersionRecord, VersionRecord>();

export function isInMotion({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State === "Pending" || LastUpdateStatus === "InProgress";
}

/** @throws ServiceError ResourceConflictException, as AWS while a change is under way. */
export function requireAtRest(configuration: FunctionConfiguration): void {
  if (configuration.State === "Pending") {
    throw conflict(
      "The operation cannot be performed at this time. The function is currently in the following state: Pending",
    );
  }
  if (configuration.LastUpdateStatus === "InProgress") {
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${configuration.FunctionArn}`,
    );
  }
}

/** The state of a configuration from a change until it settles. */
export const creating = {
  State: "Pending",
  StateReason: "The function is being created.",
  StateReasonCode: "Creating",
} as const satisfies FunctionConfiguration;

export const updating = {
  State: "Active",
  LastUpdateStatus: "InProgress",
} as const satisfies FunctionConfiguration;

/** The time in the format of `LastModified` of a function. */
export function lastModified(now = new Date()): string {
  return now.toISOString().replace("Z", "+0000");
}

function atRest(configuration: FunctionConfiguration): FunctionConfiguration {
  const { StateReason, StateReasonCode, ...rest } = configuration;
  return {
    ...rest,
    State: "Active",
    LastUpdateStatus: "Successful",
    RevisionId: successor(configuration.RevisionId ?? ""),
  };
}

/**
 * AWS makes a new revision when a function settles. It is derived from the one before, so that it
 * is the same however often the record is read before it is written again.
 */
function successor(revision: string): string {
  const hex = createHash("sha256").update(revision).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}

function epochMilliseconds(text: string | undefined): number {
  return Date.parse((text ?? "").replace("+0000", "Z")) || 0;
}
