// tsconfig.json for tsx: unchanged, or merged with what it extends if that is not in the package.
import { dirname, join, relative } from "node:path";
import { isInside } from "../../../project/governing/is-inside.ts";
import {
  mergedOptions,
  nearestSettings,
  settingsChain,
} from "../../../project/governing/typescript-chain.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { packageContent, packageText } from "../package-content.ts";

/** The nearest tsconfig.json of each file, also one above the function's folder. */
export function typescriptSettings(files: Iterable<string>, root: string): PackageFile[] {
  const found = new Map<string, PackageFile>();
  for (const file of files) {
    const settings = nearestSettings(dirname(file));
    if (settings === undefined) continue;
    const chain = settingsChain(settings);
    // The whole chain is in the package, so the files are packed unchanged.
    if (chain.every((one) => isInside(one, root) && !one.includes("/node_modules/"))) {
      for (const one of chain) found.set(one, packageContent(relative(root, one), one));
      continue;
    }
    const place = isInside(settings, root) ? dirname(settings) : root;
    const target = join(place, "tsconfig.json");
    const text = JSON.stringify({ compilerOptions: mergedOptions(chain, place) }, null, 2);
    found.set(target, packageText(relative(root, target), `${text}\n`));
  }
  return [...found.values()];
}
