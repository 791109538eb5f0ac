// What a module needs that esbuild does not see: files by URL, and calls of a `require` that the
// module has created itself.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { blank } from "../../../host/source/blank.ts";
import { importsOf } from "../../../host/source/imports.ts";

/** As for a worker or for data: `new URL("./words.txt", import.meta.url)`. */
const fileUrl = /\bnew\s+URL\(\s*(["'])(\.{1,2}\/[^"'?#]+)\1\s*,\s*import\.meta\.url\s*\)/g;

/** The relative URLs that lead to a file, as they are written. */
export function fileUrls(file: string, text: string): string[] {
  return [...text.matchAll(fileUrl)]
    .map(([, , target = ""]) => target)
    .filter((target) => existsSync(join(dirname(file), target)));
}

const resolveCall = /(?<![.\w$])require\.resolve\(\s*(["'])([^"']+)\1/g;

/** esbuild passes over `require.resolve` where the output is a module. */
export function resolvedByHand(text: string): string[] {
  return [...text.matchAll(resolveCall)].map(([, , specifier = ""]) => specifier);
}

/** What `require`, made by createRequire, is called with. */
export function requiredByHand(text: string): string[] {
  if (!text.includes("createRequire")) return [];
  const calls = [...importsOf(text, blank(text))].filter(({ isStatement }) => !isStatement);
  return calls.map(({ specifier }) => specifier);
}
