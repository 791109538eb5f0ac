// PublishVersion and ListVersionsByFunction.
import { pathToFileURL } from "node:url";
import type {
  FunctionConfiguration,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
} from "@aws-sdk/client-lambda";
import type { AttachedLayer, Code, VersionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter, staleRevision } from "./errors.ts";
import { checkUnpackedSize } from "./function-layers.ts";
import { listed } from "./list-functions.ts";
import { page } from "./page.ts";
import { type CopiedCode, publish } from "./publish.ts";
import { requireAtRest, settled } from "./state.ts";
import { changeFunction, functionOf, targetOf, unqualifiedTargetOf } from "./target.ts";

export async function publishVersion(
  input: PublishVersionRequest,
  context: ControlContext,
): Promise<FunctionConfiguration> {
  const target = unqualifiedTargetOf(input, context);
  const isLatest = input.PublishTo !== undefined;
  if (isLatest) requireManaged(functionOf(context, target).latest);
  let version: VersionRecord | undefined;
  await changeFunction(context, target, async (record) => {
    const { configuration, code, layers = [] } = record.latest;
    requireAtRest(configuration);
    if (input.RevisionId !== undefined && input.RevisionId !== configuration.RevisionId) {
      throw staleRevision();
    }
    const copied = code.kind === "directory" ? await copy(code, layers, context) : undefined;
    checkHash(input.CodeSha256, copied?.code.sha256 ?? configuration.CodeSha256);
    const published = publish(record, { description: input.Description, copied });
    version = published.version;
    return published.record;
  });
  if (version === undefined) return {};
  const { configuration } = settled(version);
  return isLatest ? asLatest(configuration, target.arn) : configuration;
}

/** The newest published version is `$LATEST.PUBLISHED` here. */
function asLatest(configuration: FunctionConfiguration, arn: string): FunctionConfiguration {
  const Version = "$LATEST.PUBLISHED";
  return { ...configuration, Version, FunctionArn: `${arn}:${Version}` };
}

function requireManaged({ configuration }: VersionRecord): void {
  if (configuration.CapacityProviderConfig !== undefined) return;
  throw invalidParameter(
    "PublishTo is for functions with a CapacityProviderConfig; leave it out to publish a version.",
  );
}

export async function listVersionsByFunction(
  input: ListVersionsByFunctionRequest,
  context: ControlContext,
): Promise<ListVersionsByFunctionResponse> {
  const record = functionOf(context, targetOf(input, context));
  const { items, next } = page(
    [record.latest, ...record.versions],
    ({ configuration }) => configuration.Version ?? "",
    input,
  );
  return { ...next, Versions: items.map(({ configuration }) => listed(configuration, true)) };
}

/** A version never changes, so the folders that a function is served from are copied for it. */
async function copy(
  { root, layers: folders }: Extract<Code, { kind: "directory" }>,
  attached: readonly AttachedLayer[],
  context: ControlContext,
): Promise<CopiedCode> {
  const { sha256, size } = await context.store.code.addDirectory(root);
  const layers = [...attached];
  for (const folder of folders) {
    const { sha256 } = await context.store.code.addDirectory(folder);
    layers.push({ arn: pathToFileURL(folder).href, sha256 });
  }
  const code = { kind: "zip", sha256, size } as const;
  await checkUnpackedSize(context, code, layers);
  return { code, layers };
}

function checkHash(given: string | undefined, current: string | undefined): void {
  if (given === undefined || given === "" || given === current) return;
  throw invalidParameter(
    `CodeSHA256 (${given}) is different from current CodeSHA256 in $LATEST (${current}). Please try again with the CodeSHA256 in $LATEST.`,
  );
}
