// Whether an alias has to move: it points to a version, and $LATEST may differ by now.
import { isDeepStrictEqual } from "node:util";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { Change } from "./change.ts";
import { type CurrentFunction, latestPublishedVersion } from "./current-function.ts";
import type { WantedFunction } from "./wanted-function.ts";

/** The identity of a version, without its number and its times. */
const ofVersion = [
  "CodeSha256",
  "Runtime",
  "Handler",
  "Role",
  "MemorySize",
  "Timeout",
  "Architectures",
  "Environment",
  "EphemeralStorage",
  "TracingConfig",
  "LoggingConfig",
  "VpcConfig",
  "DeadLetterConfig",
  "FileSystemConfigs",
  "KMSKeyArn",
  "CapacityProviderConfig",
] as const satisfies readonly (keyof FunctionConfiguration)[];

/** Also after a deployment that was interrupted before it published, or after a rollback. */
export function planAlias(
  { alias }: WantedFunction,
  current: CurrentFunction | undefined,
  latestChanges: boolean,
): Change[] {
  if (alias === undefined) return [];
  const field = `Alias.${alias}`;
  const before = current?.alias?.FunctionVersion;
  const newVersion = "new version";
  if (before === undefined) return [{ field, after: newVersion }];
  const { aliasVersion = {}, configuration = {} } = current ?? {};
  const weights = current?.alias?.RoutingConfig?.AdditionalVersionWeights ?? {};
  const shared = Object.entries(weights).map(([version, weight]) => `${version}: ${weight}`);
  const isSame = !latestChanges && isSameVersion(configuration, aliasVersion);
  if (isSame && shared.length === 0) return [];
  const shown = shared.length > 0 ? `${before} (shared with ${shared.join(", ")})` : before;
  return [{ field, before: shown, after: isSame ? before : newVersion }];
}

/** On Managed Instances only published code runs: without an alias, `$LATEST.PUBLISHED`. */
export function planLatestPublished(
  { alias, settings }: WantedFunction,
  current: CurrentFunction | undefined,
  latestChanges: boolean,
): Change[] {
  if (alias !== undefined || settings.CapacityProviderConfig === undefined) return [];
  const { latestPublished, configuration = {} } = current ?? {};
  if (latestPublished !== undefined && !latestChanges) {
    if (isSameVersion(configuration, latestPublished)) return [];
  }
  return [{ field: `Version.${latestPublishedVersion}`, after: "published" }];
}

function isSameVersion(one: FunctionConfiguration, other: FunctionConfiguration): boolean {
  const facts = (configuration: FunctionConfiguration) => [
    ...ofVersion.map((name) => configuration[name] ?? null),
    configuration.SnapStart?.ApplyOn ?? "None",
    (configuration.Layers ?? []).map(({ Arn }) => Arn),
  ];
  return isDeepStrictEqual(facts(one), facts(other));
}
