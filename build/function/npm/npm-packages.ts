// The npm packages of a function with their dependencies, placed so that each finds its own versions.

import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { readStart } from "../../../host/handler/shebang.ts";
import type { Architecture } from "../../../lambda/architectures.ts";
import { isInside } from "../../../project/governing/is-inside.ts";
import { isIgnored } from "../../../project/watch/ignored.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { isPrivateKey, isSecret, isSecretFile } from "../folder/path-filter.ts";
import type { PackageUse } from "../node/trace-imports.ts";
import { packageContent } from "../package-content.ts";
import { type InstalledPackage, readDescription } from "./npm-location.ts";
import { dependenciesOf } from "./package-dependencies.ts";
import { packageImports } from "./package-imports.ts";

export interface NpmPackages {
  readonly files: PackageFile[];
  /** The folder of each in the package, and where it was taken from. */
  readonly places: ReadonlyMap<string, string>;
  readonly warnings: string[];
  /** Files that may hold credentials and are left out; paths in the package. */
  readonly secrets: readonly string[];
}

export interface NpmOptions {
  readonly root: string;
  readonly architecture: Architecture;
  readonly external: readonly string[];
}

/**
 * Packages are copied whole, because they may read files that no import names. Each is placed at the
 * top, or, if another version is there already, in the package that needs it. Links of pnpm and of
 * workspaces become folders.
 */
export async function npmPackages(
  uses: readonly PackageUse[],
  options: NpmOptions,
): Promise<NpmPackages> {
  const { root, architecture, external } = options;
  const places = new Map<string, string>();
  const warnings: string[] = [];
  const waiting: { place: string; directory: string }[] = [];
  const local = new Set<string>();

  /** `level` is the folder in the package that the search begins from. */
  function place({ name, found, directory }: InstalledPackage, level: string): void {
    const nearest = nearestPlace(name, level, places);
    if (nearest !== undefined && places.get(nearest) === directory) return;
    // Nothing below this level has been resolved yet, so no import changes its meaning.
    const at = join(nearest === undefined ? "" : level, "node_modules", name);
    places.set(at, directory);
    if (!isFromRegistry(name, found)) local.add(directory);
    waiting.push({ place: at, directory });
  }

  // Deepest last: what lies at the top of the function is at the top of the package.
  for (const { installed } of byDepth(uses)) place(installed, levelOf(installed.found, root));
  const imports = await packageImports(uses);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const imported = imports.get(next.directory) ?? [];
    for (const dependency of dependenciesOf(next.directory, imported, architecture, warnings)) {
      if (!external.includes(dependency.name)) place(dependency, next.place);
    }
  }
  const found = [...places].map(([at, directory]) =>
    packageFiles(directory, at, isOwnWork(directory, local)),
  );
  return {
    files: found.flatMap((one) => one.files),
    secrets: found.flatMap((one) => one.secrets),
    places,
    warnings,
  };
}

/** Linked, or copied from a folder (file:): source code of the user, not a published package. */
function isOwnWork(directory: string, local: ReadonlySet<string>): boolean {
  return !directory.includes("/node_modules/") || local.has(directory);
}

/** According to the package.json beside the node_modules that holds the package. */
function isFromRegistry(name: string, found: string): boolean {
  const folder = found.slice(0, found.lastIndexOf("/node_modules/"));
  const { dependencies, devDependencies, optionalDependencies } = readDescription(folder);
  const wanted = { ...devDependencies, ...optionalDependencies, ...dependencies }[name];
  return wanted === undefined || !/^(?:file|link|portal|workspace):/.test(wanted);
}

function byDepth(uses: readonly PackageUse[]): PackageUse[] {
  const depth = ({ installed }: PackageUse) => installed.found.split("/").length;
  const names = ({ installed }: PackageUse) => installed.found;
  return uses.toSorted((a, b) => depth(a) - depth(b) || (names(a) < names(b) ? -1 : 1));
}

/** The folder whose `node_modules` it was found in; the top for one above the function. */
export function levelOf(found: string, root: string): string {
  const folder = found.slice(0, found.lastIndexOf("/node_modules/"));
  return isInside(folder, root) ? relative(root, folder) : "";
}

function nearestPlace(
  name: string,
  level: string,
  places: ReadonlyMap<string, string>,
): string | undefined {
  for (let at = level; ; at = dirname(at)) {
    if (at === ".") at = "";
    const place = join(at, "node_modules", name);
    if (places.has(place)) return place;
    if (at === "") return undefined;
  }
}

/** With hidden files, which may matter; nested packages are placed separately. */
function packageFiles(directory: string, place: string, isOwn: boolean): FoundFiles {
  const found: FoundFiles = { files: [], secrets: [] };
  const walk = (folder: string, path: string, above: readonly string[]): void => {
    const real = realpathSync(folder);
    if (above.includes(real)) return;
    for (const name of readdirSync(folder)) {
      if (name === "node_modules" || isIgnored(name)) continue;
      const [file, at] = [join(folder, name), `${path}/${name}`];
      const stats = statSync(file, { throwIfNoEntry: false });
      if (stats?.isDirectory()) {
        if (isSecret(name)) found.secrets.push(at);
        else if (!(isOwn && isOfTools(name))) walk(file, at, [...above, real]);
      } else if (stats?.isFile()) {
        if (mayHoldSecrets(name, file, isOwn)) found.secrets.push(at);
        else found.files.push(packageContent(at, file));
      }
    }
  };
  walk(directory, place, []);
  return found;
}

interface FoundFiles {
  readonly files: PackageFile[];
  readonly secrets: string[];
}

/** A published package is public; the user's own is filtered like the function's files. */
function mayHoldSecrets(name: string, file: string, isOwn: boolean): boolean {
  if (!isOwn) return name.startsWith(".") && isSecret(name);
  return isSecretFile(name) || isPrivateKey(name, readStart(file));
}

/** Hidden folders of a repository, which no code reads. */
function isOfTools(name: string): boolean {
  return /^\.(?:github|gitlab|circleci|vscode|idea|husky|turbo|nx|yarn|pnpm-store)$/.test(name);
}
