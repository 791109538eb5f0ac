// The files whose names are nearest to a handler that was not found.
import { type Dirent, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { nearest } from "../nearest.ts";
import { isScriptExtension } from "./extensions.ts";
import type { Roots } from "./roots.ts";

const wanted = 3;

/** Looks in the root and in the handler's own folder; scripts first. */
export function nearestFiles(text: string, roots: Roots): string[] {
  const [taskRoot = "."] = roots.directories;
  const folders = new Set([taskRoot, join(taskRoot, dirname(text))]);
  const files = [...folders].flatMap((folder) =>
    list(folder)
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => relative(taskRoot, join(folder, entry.name)))
      .filter((file) => file !== text),
  );
  const scripts = files.filter((file) => isScriptExtension(/\.[^./]*$/.exec(file)?.[0] ?? ""));
  return nearest(text, scripts.length > 0 ? scripts : files, wanted);
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // The handler's folder does not exist either.
    return [];
  }
}
