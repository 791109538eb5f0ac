// The name of a function made from its file's name, unique within the directory.

import { extname } from "node:path";
import { isScriptExtension } from "../../host/handler/extensions.ts";
import { asName, maximumNameLength } from "../../lambda/names.ts";

/** `hello.ts` -> `hello`; characters that Lambda does not allow in a name become hyphens. */
export function functionName(file: string): string {
  const extension = extname(file);
  return validName(isScriptExtension(extension) ? file.slice(0, -extension.length) : file);
}

/** With the extension, for files that differ only in it: `hello.ts` -> `hello-ts`. */
function qualifiedName(file: string): string {
  return validName(file);
}

function validName(text: string): string {
  const name = asName(text).replaceAll(/^-+|-+$/g, "");
  return name.slice(0, maximumNameLength) || "function";
}

/** The names of the files, in their order; clashes get the extension, then a number. */
export function nameFunctions(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const name = functionName(file);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const taken = new Set<string>();
  return files.map((file) => {
    const name = functionName(file);
    return claim(counts.get(name) === 1 ? name : qualifiedName(file), taken);
  });
}

function claim(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) {
    const suffix = `-${number}`;
    free = name.slice(0, maximumNameLength - suffix.length) + suffix;
  }
  taken.add(free);
  return free;
}
