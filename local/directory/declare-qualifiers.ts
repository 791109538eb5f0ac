// The versions, aliases, URLs and retry settings that a declared function has beside $LATEST.
import { randomUUID } from "node:crypto";
import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import { functionArn, type Home } from "../../lambda/arns.ts";
import type { DeclaredFunction, DeclaredUrl } from "../../project/declared-function.ts";
import type {
  EventInvokeRecord,
  FunctionRecord,
  UrlRecord,
  VersionRecord,
} from "../store/records.ts";

interface QualifierOptions extends Home {
  /** Base URL of the service. */
  readonly endpoint: string;
}

type Qualifiers = Pick<
  FunctionRecord,
  "versions" | "lastVersion" | "aliases" | "urls" | "eventInvokeConfigs"
>;

/** Keeps what came through the API, except for what is declared under the same name. */
export function declareQualifiers(
  declared: DeclaredFunction,
  latest: VersionRecord,
  kept: Qualifiers,
  options: QualifierOptions,
): Qualifiers {
  const versions = declaredVersions(declared, latest, options);
  const numbers = new Set(versions.map(({ configuration }) => configuration.Version));
  const aliases = declaredAliases(declared, options);
  const names = new Set(aliases.map(({ Name }) => Name));
  const urls = declaredUrls(declared, options);
  const retries = declaredRetries(declared, options);
  return {
    versions: [
      ...versions,
      ...kept.versions.filter(
        ({ code, configuration }) =>
          code.kind !== "directory" && !numbers.has(configuration.Version),
      ),
    ],
    lastVersion: Math.max(kept.lastVersion, versions.length),
    aliases: [
      ...kept.aliases.filter(
        ({ Name, Description }) => !names.has(Name) && Description !== description,
      ),
      ...aliases,
    ],
    urls: [
      ...kept.urls.filter(
        ({ qualifier }) =>
          qualifier !== undefined && !urls.some((url) => url.qualifier === qualifier),
      ),
      ...urls,
    ],
    eventInvokeConfigs: [
      ...kept.eventInvokeConfigs.filter(
        ({ qualifier }) => !retries.some((other) => other.qualifier === qualifier),
      ),
      ...retries,
    ],
  };
}

/** Marks a declared alias, so that it can be removed when it is no longer declared. */
const description = "Declared by the served folder";

/** On Lambda each deployment makes a version; here the folder counts as the last deployment. */
function declaredVersions(
  { name, versions = 0 }: DeclaredFunction,
  latest: VersionRecord,
  home: Home,
): VersionRecord[] {
  return Array.from({ length: versions }, (_, index) => {
    const Version = String(index + 1);
    const FunctionArn = functionArn(home, name, Version);
    return { ...latest, configuration: { ...latest.configuration, FunctionArn, Version } };
  });
}

function declaredAliases(
  { name, aliases = {} }: DeclaredFunction,
  home: Home,
): AliasConfiguration[] {
  return Object.entries(aliases).map(([Name, FunctionVersion]) => ({
    AliasArn: functionArn(home, name, Name),
    Name,
    FunctionVersion,
    Description: description,
    RevisionId: randomUUID(),
  }));
}

function declaredUrls(
  { name, url, alias, aliasUrls = {} }: DeclaredFunction,
  options: QualifierOptions,
): UrlRecord[] {
  const all = [
    ...(url === undefined ? [] : [[alias, url] as const]),
    ...Object.entries(aliasUrls),
  ] satisfies (readonly [string | undefined, DeclaredUrl])[];
  const now = new Date().toISOString();
  return all.map(([qualifier, { authType, invokeMode, cors }]) => ({
    qualifier,
    configuration: {
      FunctionUrl: `${options.endpoint}/lambda-url/${qualifier === undefined ? name : `${name}:${qualifier}`}/`,
      FunctionArn: functionArn(options, name, qualifier),
      AuthType: authType,
      InvokeMode: invokeMode,
      ...(cors && { Cors: cors }),
      CreationTime: now,
      LastModifiedTime: now,
    },
  }));
}

function declaredRetries(
  { name, eventInvoke = [] }: DeclaredFunction,
  home: Home,
): EventInvokeRecord[] {
  return eventInvoke.map(({ qualifier = "$LATEST", ...settings }) => ({
    qualifier,
    configuration: {
      FunctionArn: functionArn(home, name, qualifier),
      ...(settings.maximumRetryAttempts !== undefined && {
        MaximumRetryAttempts: settings.maximumRetryAttempts,
      }),
      ...(settings.maximumEventAge !== undefined && {
        MaximumEventAgeInSeconds: settings.maximumEventAge,
      }),
      DestinationConfig: {
        OnSuccess: settings.onSuccess === undefined ? {} : { Destination: settings.onSuccess },
        OnFailure: settings.onFailure === undefined ? {} : { Destination: settings.onFailure },
      },
      LastModified: Date.now() / 1000,
    },
  }));
}
