// Whether a file is a module with an exported `handler`, as on AWS's Node runtime, and no script.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isNodeExtension } from "../../host/handler/extensions.ts";
import { findExport } from "../../host/source/exports.ts";

/** Told from the text; nothing is run. A shebang or an exported `main` makes it a script. */
export function exportsHandler(path: string): boolean {
  if (!isNodeExtension(extname(path))) return false;
  const text = readFileSync(path, "utf8");
  if (/^\uFEFF?#!/.test(text) || findExport(path, text, "main") !== undefined) return false;
  return findExport(path, text, "handler") !== undefined;
}
