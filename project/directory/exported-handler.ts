// Whether a file is a module with a handler for AWS's own runtimes or with a fetch, and not a
// script.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isNodeExtension } from "../../host/handler/extensions.ts";
import { blank } from "../../host/source/blank.ts";
import { findExport } from "../../host/source/exports.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import type { DeclaredRuntime } from "../declared-function.ts";

export interface ExportedHandler {
  readonly name: string;
  /** Of the language, on Lambda. */
  readonly runtime: DeclaredRuntime;
}

/** Judged from the text; nothing is run. A shebang or an exported `main` makes it a script. */
export function exportedHandler(path: string): ExportedHandler | undefined {
  const extension = extname(path);
  const isNode = isNodeExtension(extension);
  const other = otherLanguages[extension];
  if (!isNode && other === undefined) return undefined;
  const text = readFileSync(path, "utf8");
  if (/^\uFEFF?#!/.test(text)) return undefined;
  if (other !== undefined) {
    const [, name] = other.handler.exec(text) ?? [];
    return name === undefined ? undefined : { name, runtime: other.runtime };
  }
  if (findExport(path, text, "main") !== undefined) return undefined;
  const { runtime } = lambdaDefaults;
  if (findExport(path, text, "handler") !== undefined) return { name: "handler", runtime };
  return exportsFetch(path, text) ? { name: "fetch", runtime } : undefined;
}

/**
 * Exported by name, or as a member of the default export; an app of a router is recognised by its
 * import.
 */
function exportsFetch(path: string, text: string): boolean {
  if (findExport(path, text, "fetch")?.mayBeFunction === true) return true;
  return fromRouter.test(text) && /(?<![.\w$])export\s+default\b/.test(blank(text));
}

const fromRouter =
  /^import\b[^;]*?\bfrom\s*["'](?:hono|@hono\/zod-openapi|itty-router)(?:\/[\w-]+)?["']/m;

/**
 * The names that AWS's own pages and templates use; `handler` is a common word, so its parameters
 * must match too.
 */
const otherLanguages: Readonly<Record<string, { handler: RegExp; runtime: DeclaredRuntime }>> = {
  ".py": {
    handler: /^(?:def )?(lambda_handler(?=[ \t]*[(=])|(?<=def )handler(?=\(\s*_?event\b[^)]*,))/m,
    runtime: "python3.14",
  },
  ".rb": {
    handler: /^def (lambda_handler|handler)\b(?=[ \t]*\(?\s*event:)/m,
    runtime: "ruby3.4",
  },
};
