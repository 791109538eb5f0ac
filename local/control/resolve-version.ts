// Finds the version of a function that a qualifier means. Used for every invocation.
import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import type { FunctionRecord, VersionRecord } from "../store/records.ts";
import { functionNotFound } from "./errors.ts";
import { settled } from "./state.ts";

/**
 * The version, in the state it has now. An alias with weights sends each call to one of its two
 * versions.
 *
 * @param random from 0 to below 1; 1 always takes the alias's own version.
 * @throws ServiceError ResourceNotFoundException
 */
export function resolveVersion(
  record: FunctionRecord,
  qualifier: string | undefined,
  random: () => number = Math.random,
): VersionRecord {
  if (qualifier === undefined || qualifier === "$LATEST") return settled(record.latest);
  const alias = record.aliases.find(({ Name }) => Name === qualifier);
  const number = alias === undefined ? qualifier : choose(alias, random);
  const version = findVersion(record, number);
  if (version === undefined) {
    throw functionNotFound(`${record.latest.configuration.FunctionArn}:${qualifier}`);
  }
  return settled(version);
}

/** `$LATEST.PUBLISHED` is the newest version that was published. */
function findVersion(record: FunctionRecord, number: string | undefined) {
  if (number === "$LATEST") return record.latest;
  if (number === "$LATEST.PUBLISHED") return record.versions.at(-1);
  return record.versions.find(({ configuration }) => configuration.Version === number);
}

function choose(alias: AliasConfiguration, random: () => number): string | undefined {
  const weights = alias.RoutingConfig?.AdditionalVersionWeights;
  if (weights === undefined) return alias.FunctionVersion;
  let drawn = random();
  for (const [version, weight] of Object.entries(weights)) {
    if (drawn < weight) return version;
    drawn -= weight;
  }
  return alias.FunctionVersion;
}
