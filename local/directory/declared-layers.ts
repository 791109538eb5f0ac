// The layers that a declared function names: folders, zips, and versions kept by the service.

import { readFile, stat } from "node:fs/promises";
import { isArn } from "../../lambda/arns.ts";
import { configurationError } from "../../project/configuration-error.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { VersionRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";

interface DeclaredLayers {
  /** Of folders and zips, on this machine. */
  readonly folders: readonly string[];
  readonly attached: NonNullable<VersionRecord["layers"]>;
  /** ARNs of which nothing is kept. */
  readonly missing: readonly string[];
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
  const arns = layers.filter(isArn);
  const attached = arns.flatMap((arn) => attach(arn, store));
  const missing = arns.filter((arn) => !attached.some((layer) => layer.arn === arn));
  return { folders, attached, missing };
}

async function layerFolder(layer: string, store: Store): Promise<string> {
  if ((await stat(layer)).isDirectory()) return layer;
  const { sha256 } = await store.code.add(await readFile(layer));
  return store.code.folder(sha256);
}

function attach(arn: string, store: Store): DeclaredLayers["attached"] {
  const [layer = "", version] = arn.split(":").slice(-2);
  const found = store.layers
    .get(layer)
    ?.versions.find(({ Version }) => String(Version) === version);
  return found === undefined ? [] : [{ arn, sha256: found.sha256 }];
}
