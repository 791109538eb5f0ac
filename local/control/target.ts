// Reading and changing the record of a function that must exist.
import { randomUUID } from "node:crypto";
import { functionArn } from "../../lambda/arns.ts";
import type { FunctionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { functionNotFound, invalidParameter } from "./errors.ts";
import { type FunctionName, parseFunctionName } from "./function-name.ts";
import { settled, settlingMilliseconds } from "./state.ts";

/** What the `FunctionName` and `Qualifier` of an operation name. */
export interface Target extends FunctionName {
  /** With the qualifier, if one was given. */
  readonly arn: string;
}

export function targetOf(
  input: { FunctionName: string | undefined; Qualifier?: string | undefined },
  context: ControlContext,
): Target {
  const { name, qualifier } = parseFunctionName(input.FunctionName ?? "", input.Qualifier, context);
  return { name, qualifier, arn: functionArn(context, name, qualifier) };
}

/** For operations on a function as a whole. @throws ServiceError for a version or an alias. */
export function unqualifiedTargetOf(
  input: { FunctionName: string | undefined },
  context: ControlContext,
): Target {
  const { name, qualifier } = targetOf(input, context);
  if (qualifier !== undefined && qualifier !== "$LATEST") {
    throw invalidParameter(
      "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
    );
  }
  return { name, qualifier: undefined, arn: functionArn(context, name) };
}

/** @throws ServiceError ResourceNotFoundException */
export function functionOf(context: ControlContext, { name, arn }: Target): FunctionRecord {
  const record = context.store.functions.get(name);
  if (record === undefined) throw functionNotFound(arn);
  return settledRecord(record);
}

/**
 * Changes the current record when its turn comes, and returns the new one.
 * @throws ServiceError ResourceNotFoundException, or what `change` throws; nothing changed then.
 */
export async function changeFunction(
  context: ControlContext,
  { name, arn }: Target,
  change: (record: FunctionRecord) => FunctionRecord | Promise<FunctionRecord>,
): Promise<FunctionRecord> {
  const changed = await context.store.functions.update(name, (record) => {
    if (record === undefined) throw functionNotFound(arn);
    return change(settledRecord(record));
  });
  if (changed === undefined) throw functionNotFound(arn);
  return changed;
}

export function settledRecord(record: FunctionRecord): FunctionRecord {
  const latest = settled(record.latest);
  const versions = record.versions.map((version) => settled(version));
  const same = latest === record.latest && versions.every((one, at) => one === record.versions[at]);
  return same ? record : { ...record, latest, versions };
}

/** Records that the function has settled, so that this need not be computed again. */
export function settleSoon(context: ControlContext, name: string): void {
  const settle = async () => {
    await context.store.functions.update(name, (record) => record && settledRecord(record));
  };
  const timer = setTimeout(() => {
    // Readers of the record see the settled state by now, written or not; a full disk is reported
    // at the next change.
    settle().catch(() => {});
  }, settlingMilliseconds + 10);
  timer.unref();
}

/** Any change of a function, its tags or its policy makes a new revision. */
export function revised<Configuration extends { RevisionId?: string | undefined }>(
  configuration: Configuration,
): Configuration {
  return { ...configuration, RevisionId: randomUUID() };
}
