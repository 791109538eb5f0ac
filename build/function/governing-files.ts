// Files that say how others are read: package.json for its type and imports, tsconfig.json for tsx.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { PackageFile } from "../zip/package-file.ts";
import { isInside } from "./folder-files.ts";
import { packageContent, packageText } from "./package-content.ts";

/**
 * Every package.json from the files' folders up to the function's. Where only one above the
 * function has a type, the package gets one that says the same.
 */
export function packageDescriptions(files: Iterable<string>, root: string): PackageFile[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (let at = dirname(file); isInside(at, root) && !folders.has(at); at = dirname(at)) {
      folders.add(at);
    }
  }
  const own = [...folders].map((folder) => join(folder, "package.json")).filter(existsSync);
  const found = own.map((file) => packageContent(relative(root, file), file));
  if (folders.size === 0 || own.includes(join(root, "package.json"))) return found;
  const type = typeAbove(dirname(root));
  if (type === undefined) return found;
  return [...found, packageText("package.json", `${JSON.stringify({ type })}\n`)];
}

function typeAbove(folder: string): "module" | "commonjs" | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return folder === dirname(folder) ? undefined : typeAbove(dirname(folder));
  const type = /"type"\s*:\s*"(module|commonjs)"/.exec(readFileSync(file, "utf8"))?.[1];
  return type as "module" | "commonjs" | undefined;
}

/** The nearest tsconfig.json of each file, and what it extends, inside of the function's folder. */
export function typescriptSettings(files: Iterable<string>, root: string): PackageFile[] {
  const found = new Set<string>();
  const add = (file: string): void => {
    if (!isInside(file, root) || found.has(file) || !existsSync(file)) return;
    found.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, base = ""] of text.matchAll(/"(\.{1,2}\/[^"]+)"/g)) {
      if (!/"extends"/.test(text)) return;
      const target = resolve(dirname(file), base);
      for (const candidate of [target, `${target}.json`]) {
        if (candidate.endsWith(".json")) add(candidate);
      }
    }
  };
  for (const file of files) {
    for (let at = dirname(file); isInside(at, root); at = dirname(at)) {
      const settings = join(at, "tsconfig.json");
      if (!existsSync(settings)) continue;
      add(settings);
      break;
    }
  }
  return [...found].map((file) => packageContent(relative(root, file), file));
}
