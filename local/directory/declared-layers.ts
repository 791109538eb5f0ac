// The layers that a declared function names: folders, zips, and versions that the service has
// stored.

import { readFile, stat } from "node:fs/promises";
import { isArn, parseLayerVersionArn } from "../../lambda/arns.ts";
import { configurationError } from "../../project/configuration-error.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { LayerVersionRecord, VersionRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";

interface DeclaredLayers {
  /** Of folders and zips, on this machine. */
  readonly folders: readonly string[];
  readonly attached: NonNullable<VersionRecord["layers"]>;
  /** ARNs of layers that are not stored. */
  readonly missing: readonly string[];
  /** ARNs of which another version is stored, and used. */
  readonly instead: readonly { readonly arn: string; readonly version: number }[];
}

/** @throws ExpectedError when a folder or a zip cannot be read. */
export async function declaredLayers(
  { layers, name, source }: DeclaredFunction,
  store: Store,
): Promise<DeclaredLayers> {
  const places = layers.filter((layer) => !isArn(layer));
  const folders = await Promise.all(
    places.map((layer) =>
      layerFolder(layer, store).catch((cause: Error) => {
        const message = `the layer ${layer} of ${name} cannot be used: ${cause.message}`;
        throw configurationError(source, [{ message }], { cause });
      }),
    ),
  );
  const found = layers.filter(isArn).map((arn) => ({ arn, kept: keptVersion(arn, store) }));
  return {
    folders,
    attached: found.flatMap(({ arn, kept }) =>
      kept === undefined ? [] : [{ arn, sha256: kept.sha256 }],
    ),
    missing: found.filter(({ kept }) => kept === undefined).map(({ arn }) => arn),
    instead: found.flatMap(({ arn, kept }) =>
      kept === undefined || kept.Version === parseLayerVersionArn(arn)?.version
        ? []
        : [{ arn, version: kept.Version }],
    ),
  };
}

async function layerFolder(layer: string, store: Store): Promise<string> {
  if ((await stat(layer)).isDirectory()) return layer;
  const { sha256 } = await store.code.add(await readFile(layer));
  return store.code.folder(sha256);
}

/** From any account and region: the version in the ARN, else the newest one of that name. */
function keptVersion(arn: string, store: Store): LayerVersionRecord | undefined {
  const meant = parseLayerVersionArn(arn);
  const versions = store.layers.get(meant?.name ?? "")?.versions ?? [];
  return versions.find(({ Version }) => Version === meant?.version) ?? versions.at(-1);
}
