// `await` outside of any function, which only an ES module may hold.
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { blank } from "./blank.ts";
import { functionsIn, textOf } from "./functions.ts";
import { lineOf, nearestFile } from "./typescript.ts";

/** Only the extension and the package decide: tsx turns anything else into CommonJS, whatever its syntax. */
export function isModuleForTsx(path: string): boolean {
  const [, kind] = /\.([mc])?[jt]sx?$/.exec(path) ?? [];
  if (kind !== undefined) return kind === "m";
  const description = nearestFile(dirname(path), "package.json");
  if (description === undefined) return false;
  return /"type"\s*:\s*"module"/.test(readFileSync(description, "utf8"));
}

/** Why tsx cannot run the script, and what to change; undefined when it can. */
export function topLevelAwaitFault(script: string): string | undefined {
  if (isModuleForTsx(script)) return undefined;
  const source = readFileSync(script, "utf8");
  if (!/\bawait\b/.test(source)) return undefined;
  const code = blank(source);
  const index = findTopLevelAwait(code);
  if (index === undefined) return undefined;
  const place = `${script}:${lineOf(code, index)}`;
  const [extension = ""] = /\.c?[jt]sx?$/.exec(script) ?? [];
  const module = basename(script).replace(/\.c?([jt]s)$/, ".m$1");
  if (extension.startsWith(".c")) {
    return `${place} awaits outside of a function, and ${extension} makes the file CommonJS, which cannot. Name it ${module}, or await in an async function.`;
  }
  const description = nearestFile(dirname(script), "package.json");
  const [reason, remedy] =
    description === undefined
      ? ["no package.json makes it", 'put {"type":"module"} into a package.json beside it']
      : [`${description} does not make it`, 'write "type": "module" there'];
  const name = module === basename(script) ? "" : ` name it ${module},`;
  return `${place} awaits outside of a function, and ${reason} an ES module. Either${name} ${remedy}, or await in an async function.`;
}

/** Where the first one stands in a text that has been blanked. */
function findTopLevelAwait(code: string): number | undefined {
  const functions = functionsIn(textOf(code));
  for (const { index } of code.matchAll(/(?<![.\w$])await(?=[\s([{"'`/+!-])(?!\s*[=:,)])/g)) {
    if (!functions.some(({ from, to }) => from <= index && index < to)) return index;
  }
  return undefined;
}
