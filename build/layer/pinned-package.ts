// The files of a pinned npm package, verified: installed beside us, kept in the cache, or fetched
// by npm from the user's own registry.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ExpectedError } from "../../host/expected-error.ts";
import { renameUnless, replaceFolder } from "../cache/replace-folder.ts";
import { besideTarget } from "../cache/unfinished.ts";
import type { PinnedPackage } from "./lock.ts";
import { type NpmSurroundings, runNpm } from "./npm.ts";

export interface PackageSource extends NpmSurroundings {
  /** Absolute; kept between builds. */
  readonly cache: string;
  /** Called before the registry is used. */
  readonly onDownload?: (name: string) => void;
  /** False in tests. */
  readonly useInstalled?: boolean;
}

/** A file by its path in the package, and where it is. */
export type PackageFiles = ReadonlyMap<string, string>;

/**
 * The files of `pinned.files`, each compared with the lock, wherever it came from.
 * @throws ExpectedError when the registry does not have the package, or has something else under
 * its name.
 */
export async function pinnedPackage(
  pinned: PinnedPackage,
  source: PackageSource,
): Promise<PackageFiles> {
  const name = `${pinned.package}@${pinned.version}`;
  const kept = join(source.cache, "packages", name.replaceAll("/", "+"));
  const installed = source.useInstalled === false ? [] : installedFolders(pinned.package);
  for (const folder of [kept, ...installed]) {
    const files = await verifiedFiles(folder, pinned);
    if (files !== undefined) return files;
  }
  source.onDownload?.(name);
  await using fetched = await besideTarget(kept);
  await mkdir(fetched.path);
  await unpackTarball(await fetchTarball(name, fetched.path, pinned, source), fetched.path, pinned);
  const isPlaced = await renameUnless(["ENOTEMPTY", "EEXIST"], join(fetched.path, "package"), kept);
  // Another build was faster, and uses its files: only damaged ones are replaced.
  if (!isPlaced && (await verifiedFiles(kept, pinned)) === undefined) {
    await replaceFolder(join(fetched.path, "package"), kept);
  }
  const files = await verifiedFiles(kept, pinned);
  if (files !== undefined) return files;
  throw new ExpectedError(
    `the files of ${name} do not match stdlambda's lock file, although its tarball does; update stdlambda, or report this`,
  );
}

function installedFolders(name: string): string[] {
  const places = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name));
}

/** Undefined when a file is missing, or differs from the lock. */
async function verifiedFiles(
  folder: string,
  { files: needed, contentSha256 }: PinnedPackage,
): Promise<PackageFiles | undefined> {
  const all = await readdir(folder, { recursive: true }).catch(() => []); // Not there at all.
  const names = all.filter((name) => needed.test(name)).sort();
  const files = new Map(names.map((name) => [name, join(folder, name)]));
  const hash = await contentHash(files).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined; // Another build replaces it.
    throw error;
  });
  return hash === contentSha256 ? files : undefined;
}

/** Hex; of the names and contents in order. */
export async function contentHash(files: PackageFiles): Promise<string> {
  const whole = createHash("sha256");
  for (const [name, file] of files) {
    const one = createHash("sha256");
    await pipeline(createReadStream(file), one);
    whole.update(`${one.digest("hex")}  ${name}\n`);
  }
  return whole.digest("hex");
}

async function fetchTarball(
  name: string,
  folder: string,
  { integrity }: PinnedPackage,
  surroundings: NpmSurroundings,
): Promise<string> {
  const args = ["pack", name, "--json", "--ignore-scripts", "--pack-destination", folder];
  const output = await runNpm(args, `npm could not fetch ${name}`, surroundings);
  const tarball = tarballIn(output);
  if (tarball === undefined) {
    throw new ExpectedError(
      `npm packed ${name}, but did not say into which file: ${output.trim()}`,
    );
  }
  const file = join(folder, tarball);
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash);
  const found = `sha512-${hash.digest("base64")}`;
  if (found === integrity) return file;
  throw new ExpectedError(
    `the registry's ${name} does not match stdlambda's lock file: its hash is ${found}, not ${integrity}. Do not use it; check npm config get registry`,
  );
}

/** npm 12 prints `{"name": {…}}`, older versions `[{…}]`. */
function tarballIn(output: string): string | undefined {
  const reports = Object.values(JSON.parse(output) as object) as { filename?: string }[];
  return reports[0]?.filename?.replace(/^@/, "").replaceAll("/", "-");
}

async function unpackTarball(
  file: string,
  folder: string,
  { files }: PinnedPackage,
): Promise<void> {
  const { unpackTar } = await import("modern-tar/fs");
  await pipeline(
    createReadStream(file),
    createGunzip(),
    unpackTar(folder, {
      // Node's headers and manual are half of its files.
      filter: ({ name }) => files.test(name.replace(/^[^/]+\//, "")),
      map: (header) => ({ ...header, name: header.name.replace(/^[^/]+\//, "package/") }),
    }),
  );
}
