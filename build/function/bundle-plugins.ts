// What stays outside of a bundle: native code, data, and what esbuild does not see.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import type { Plugin } from "esbuild";
import { isNodeExtension } from "../../host/handler/extensions.ts";
import {
  findPackage,
  type InstalledPackage,
  packageName,
  packageOfFile,
  readDescription,
} from "./npm-location.ts";
import type { PackageUse } from "./trace-imports.ts";
import { fileUrls, requiredByHand } from "./unseen-imports.ts";

export interface LeftOut {
  /** Packages with native code, which only Node itself can load. */
  readonly packages: PackageUse[];
  /** Addons of the function's own; absolute. */
  readonly addons: string[];
  /** Files that are named by their URL, by their places in the package. */
  readonly assets: Map<string, string>;
  /** Sentences on what else is left out. */
  readonly unseen: Set<string>;
}

/** `folder` is where the bundle will lie; absolute. */
export function leaveNative(folder: string, external: readonly string[], found: LeftOut): Plugin {
  return {
    name: "leave-native",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (kind === "entry-point" || pluginData === "asked") return undefined;
        const name = packageName(path);
        if (name !== undefined && external.includes(name)) return { path, external: true };
        if (path.endsWith(".node")) {
          const answer = await resolve(path, { kind, importer, resolveDir, pluginData: "asked" });
          const file = answer.errors.length === 0 ? answer.path : join(resolveDir, path);
          if (!existsSync(file)) return undefined;
          const installed = packageOfFile(file);
          if (installed !== undefined) found.packages.push({ installed, importer });
          else found.addons.push(file);
          return { path: `./${relative(folder, file)}`, external: true };
        }
        const installed = name === undefined ? undefined : findPackage(name, resolveDir);
        if (installed === undefined || !hasNativeCode(installed)) return undefined;
        found.packages.push({ installed, importer });
        return { path, external: true };
      });
    },
  };
}

/** Data by its URL is laid where the bundle looks for it; of other scripts only the user knows. */
export function noteUnseen(root: string, folder: string, found: LeftOut): Plugin {
  return {
    name: "note-unseen",
    setup({ onLoad }) {
      onLoad({ filter: /\.(?:[mc]?[jt]s|[jt]sx)$/ }, ({ path }) => {
        if (path.includes("/node_modules/")) return undefined;
        const text = readFileSync(path, "utf8");
        const source = relative(root, path);
        const tell = (what: string) =>
          found.unseen.add(`${source} ${what}, which is not bundled; take it in with --include`);
        for (const target of fileUrls(path, text)) {
          if (isNodeExtension(extname(target))) tell(`names ${target} by its URL`);
          else found.assets.set(join(folder, target), join(dirname(path), target));
        }
        for (const specifier of requiredByHand(text)) {
          if (specifier.startsWith(".")) tell(`requires ${specifier} by a require of its own`);
        }
        return undefined;
      });
    },
  };
}

/** Addons in it, or in the packages it has for each platform. */
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
