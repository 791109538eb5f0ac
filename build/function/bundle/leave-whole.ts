// Packages that cannot be bundled and stay whole in node_modules: those that have native code, look for
// files of their own, or load names that are computed.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "esbuild";
import { blank } from "../../../host/source/blank.ts";
import { isInside } from "../../../project/governing/is-inside.ts";
import type { PackageUse } from "../node/trace-imports.ts";
import {
  findPackage,
  type InstalledPackage,
  packageName,
  packageOfFile,
  readDescription,
} from "../npm/npm-location.ts";
import { levelOf } from "../npm/npm-packages.ts";

export interface LeftWhole {
  /** Real paths of packages; each run of esbuild may add some for the next run. */
  readonly whole: Set<string>;
  /** Where the bundle imports them. */
  readonly uses: PackageUse[];
  /** Addons of the function's own; absolute. */
  readonly addons: string[];
}

export interface BundlePlace {
  readonly root: string;
  /** Of the bundle; absolute. */
  readonly folder: string;
  readonly external: readonly string[];
}

export function leaveWhole({ root, folder, external }: BundlePlace, found: LeftWhole): Plugin {
  const { whole, uses, addons } = found;
  /** Linked packages, as in a workspace: their real paths have no node_modules. */
  const linked = new Map<string, string>();
  return {
    name: "leave-whole",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (kind === "entry-point" || pluginData === "asked") return undefined;
        const name = packageName(path);
        if (name !== undefined && external.includes(name)) return { path, external: true };
        if (path.endsWith(".node")) {
          const answer = await resolve(path, { kind, importer, resolveDir, pluginData: "asked" });
          const file = answer.errors.length === 0 ? answer.path : join(resolveDir, path);
          if (!existsSync(file)) return undefined;
          const installed = packageOfFile(file);
          if (installed !== undefined) whole.add(installed.directory);
          else addons.push(file);
          return { path: `./${relative(folder, file)}`, external: true };
        }
        const installed = name === undefined ? undefined : findPackage(name, resolveDir);
        if (installed === undefined) return undefined;
        const { directory } = installed;
        if (!directory.includes("/node_modules/")) linked.set(directory, installed.name);
        if (hasNativeCode(installed)) whole.add(directory);
        if (!whole.has(directory)) return undefined;
        const answer = await resolve(path, { kind, importer, resolveDir, pluginData: "asked" });
        const file = answer.errors.length === 0 ? answer.path : undefined;
        if (findPackage(installed.name, folder)?.directory === directory) {
          uses.push({ installed, importer, file });
          return { path, external: true };
        }
        // From the bundle the name leads elsewhere, so the package that imports it is left whole as well.
        const owner = packageOfFile(importer)?.directory ?? linkedOwner(importer, linked);
        if (owner !== undefined) {
          whole.add(owner);
          return { path, external: true };
        }
        if (file === undefined) return undefined;
        uses.push({ installed, importer, file });
        const way = relative(folder, placeOf(file, installed, root));
        return { path: way.startsWith(".") ? way : `./${way}`, external: true };
      });
      onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, ({ path }) => {
        // Only esbuild can read the zip files of Yarn's Plug'n'Play.
        if (!existsSync(path) || !looksAround(readFileSync(path, "utf8"))) return undefined;
        const installed = packageOfFile(path);
        if (installed !== undefined) whole.add(installed.directory);
        return undefined;
      });
    },
  };
}

function linkedOwner(file: string, linked: ReadonlyMap<string, string>): string | undefined {
  return [...linked.keys()].find((directory) => isInside(file, directory));
}

/** Absolute: the file's path in the package, with the function's folder as the package's root. */
function placeOf(file: string, installed: InstalledPackage, root: string): string {
  const way = relative(installed.directory, file);
  return join(root, levelOf(installed.found, root), "node_modules", installed.name, way);
}

const quick =
  /__dirname|__filename|import\s*\.\s*meta|createRequire|module\.parent|require\s*\.\s*(?:resolve|main|cache)|process\.argv\[1\]|(?<![.\w$])(?:require|import)\s*\(\s*[^"'`\s)]/;

/** Whether a source uses its own location, or imports computed names. */
function looksAround(text: string): boolean {
  return quick.test(text) && quick.test(blank(text));
}

/** Addons in the package, or in its optional packages for each platform. */
function hasNativeCode({ directory }: InstalledPackage): boolean {
  if (existsSync(join(directory, "binding.gyp"))) return true;
  const { optionalDependencies = {} } = readDescription(directory);
  const forPlatforms = Object.keys(optionalDependencies).some((name) => {
    const installed = findPackage(name, directory);
    return installed !== undefined && readDescription(installed.directory).cpu !== undefined;
  });
  const exclude = (name: string) => name === "node_modules";
  return forPlatforms || globSync("**/*.node", { cwd: directory, exclude }).length > 0;
}
