// Which packages the installed packages really import, found by following their imports: package.json
// does not name what happens to be hoisted, and names peers that may not be needed.
import { realpathSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname } from "node:path";
import { type BuildFailure, build, type Plugin } from "esbuild";
import type { PackageUse } from "../node/trace-imports.ts";
import { findPackage, type InstalledPackage, packageName } from "./npm-location.ts";

export type PackageImports = ReadonlyMap<string, readonly InstalledPackage[]>;

/** By the folder of each package that is reached. */
export async function packageImports(uses: readonly PackageUse[]): Promise<PackageImports> {
  const entryPoints = new Set(uses.flatMap(({ file }) => (file ? [realpathSync(file)] : [])));
  const directories = new Set(uses.map(({ installed }) => installed.directory));
  const found = new Map<string, Map<string, InstalledPackage>>();
  if (entryPoints.size === 0) return new Map();
  try {
    await build({
      entryPoints: [...entryPoints],
      bundle: true,
      write: false,
      outdir: "/traced",
      platform: "node",
      format: "esm",
      logLevel: "silent",
      conditions: ["node-addons", "module-sync"],
      plugins: [follow(found, directories)],
    });
  } catch (error) {
    // A package may hold what does not parse, cannot be found or is not JavaScript: the rest was followed.
    if ((error as Partial<BuildFailure>).errors === undefined) throw error;
  }
  return new Map([...found].map(([directory, names]) => [directory, [...names.values()]]));
}

function follow(
  found: Map<string, Map<string, InstalledPackage>>,
  directories: Set<string>,
): Plugin {
  return {
    name: "package-imports",
    setup({ onResolve }) {
      onResolve({ filter: /^(?:[^./#]|\.[^./])/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return undefined;
        const name = packageName(path);
        if (name === undefined || isBuiltin(path)) return { path, external: true };
        const installed = findPackage(name, dirname(importer));
        if (installed === undefined) return { path, external: true };
        const owner = ownerOf(importer, directories);
        if (owner !== undefined && owner !== installed.directory) {
          const names = found.get(owner) ?? new Map<string, InstalledPackage>();
          found.set(owner, names.set(name, installed));
        }
        directories.add(installed.directory);
        return undefined;
      });
    },
  };
}

/** The innermost: a package may lie in another. */
function ownerOf(file: string, directories: ReadonlySet<string>): string | undefined {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    if (directories.has(at)) return at;
  }
  return undefined;
}
