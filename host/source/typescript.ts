// Whether Node can run this TypeScript by stripping its types. Decided at init from the text of the
// script and of the files it imports; amaro, which would know, costs 28 ms and 20 MB
// (docs/performance.md).
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import { blank } from "./blank.ts";
import { type Import, importsOf } from "./imports.ts";
import { findNotErasable } from "./not-erasable.ts";

const typescriptExtensions = [".ts", ".mts", ".cts"];
const javascriptExtensions = [".js", ".mjs", ".cjs"];

/** A larger file of JavaScript is a bundle, which imports no TypeScript. */
const largestJavascript = 256 * 1024;

/** More files than this are not a script with libraries beside it; the rest is left to Node. */
const maximumFiles = 500;

/** A statement of ES modules that is more than types. */
const moduleStatement =
  /^(?:import\b(?!\s*[(.]|\s+type\b)|export\b(?!\s+(?:type|interface|declare)\b))/m;

/** Why Node alone cannot run the script, in words for a message, or undefined when it can. */
export function whyNodeCannotStrip(script: string): string | undefined {
  const seen = new Set<string>();
  // As in Node, the target of a link decides, such as a bundle under the name of its script.
  const waiting = [realpathSync(script)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || seen.size > maximumFiles) continue;
    seen.add(file);
    const reason = inspect(file, waiting);
    if (reason !== undefined) return `${file} ${reason}`;
  }
  return undefined;
}

function inspect(file: string, waiting: string[]): string | undefined {
  const extension = extname(file);
  if (extension === ".tsx" || extension === ".jsx") return "holds JSX";
  if (javascriptExtensions.includes(extension)) return followTypescript(file, waiting);
  if (!typescriptExtensions.includes(extension)) return undefined;
  if (file.includes("/node_modules/")) return "is TypeScript in node_modules";
  const source = readFileSync(file, "utf8");
  const code = blank(source);
  const found = findNotErasable(code);
  if (found !== undefined) return `uses ${found.name} (line ${lineOf(code, found.index)})`;
  if (moduleStatement.test(code) && isCommonJs(file)) {
    return "is CommonJS by its extension or its package.json, and imports or exports as a module";
  }
  for (const imported of importsOf(source, code)) {
    const reason = follow(file, imported, waiting);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

// JavaScript needs no stripping itself, but may import what does.
function followTypescript(file: string, waiting: string[]): string | undefined {
  if (file.includes("/node_modules/") || statSync(file).size > largestJavascript) return undefined;
  const source = readFileSync(file, "utf8");
  if (!/\.[mc]?tsx?["']/.test(source)) return undefined;
  for (const imported of importsOf(source, blank(source))) {
    if (!/^\.{0,2}\/.*\.[mc]?tsx?$/.test(imported.specifier)) continue;
    const reason = follow(file, imported, waiting);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function follow(file: string, imported: Import, waiting: string[]): string | undefined {
  const { specifier } = imported;
  if (!specifier.startsWith(".") && !isAbsolute(specifier)) return whyNotInstalled(file, imported);
  const target = resolve(dirname(file), specifier);
  if (extname(target) === "" || !existsSync(target)) {
    const guessed = typescriptFileFor(target);
    return guessed === undefined ? undefined : `imports "${specifier}" for ${guessed}`;
  }
  if (target.endsWith(".json") && imported.isStatement && !imported.hasAttributes) {
    return `imports "${specifier}" without { type: "json" }`;
  }
  waiting.push(target);
  const type = typescriptExtensions.includes(extname(target))
    ? findType(imported.names, target)
    : undefined;
  return type === undefined ? undefined : `imports the type ${type} without the word type`;
}

/** The first of the names that the file exports as a type and not as a value as well. */
function findType(names: readonly string[], file: string): string | undefined {
  if (names.length === 0) return undefined;
  const code = blank(readFileSync(file, "utf8"));
  return names.find(
    (name) =>
      exportsAs("interface|type", name).test(code) &&
      !exportsAs(String.raw`const|let|var|function\s*\*?|class|enum|namespace`, name).test(code),
  );
}

function exportsAs(keywords: string, name: string): RegExp {
  const modifiers = String.raw`(?:(?:declare|abstract|async|const)\s+)*`;
  return new RegExp(
    String.raw`\bexport\s+${modifiers}(?:${keywords})\s+${name.replaceAll("$", "\\$")}(?![\w$])`,
  );
}

// tsx drops an import of which only types are used, and reads the paths of tsconfig.json. A call
// that names a missing file may be meant to fail, but not if such paths are set.
function whyNotInstalled(file: string, { specifier, isStatement }: Import): string | undefined {
  if (/^[\w-]+:/.test(specifier) || !(isStatement || hasPaths(dirname(file)))) return undefined;
  try {
    createRequire(file).resolve(specifier);
    return undefined;
  } catch (error) {
    // Any other refusal, such as of a package that only supports `import`, means that the package
    // is there.
    return (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND"
      ? `imports "${specifier}", which is not installed: a path of tsconfig.json, or types alone`
      : undefined;
  }
}

/** What `./lib` or `./lib.js` means to tsx and to TypeScript, but not to Node. */
function typescriptFileFor(target: string): string | undefined {
  const stem = target.replace(/\.([mc]?)jsx?$/, "");
  return [".ts", ".tsx", ".mts", ".cts", "/index.ts", "/index.tsx"]
    .map((ending) => stem + ending)
    .find((candidate) => existsSync(candidate));
}

function hasPaths(directory: string): boolean {
  const config = nearestFile(directory, "tsconfig.json");
  return config !== undefined && /"(?:paths|baseUrl)"\s*:/.test(readFileSync(config, "utf8"));
}

function isCommonJs(file: string): boolean {
  if (file.endsWith(".cts")) return true;
  const description = file.endsWith(".mts")
    ? undefined
    : nearestFile(dirname(file), "package.json");
  return (
    description !== undefined && /"type"\s*:\s*"commonjs"/.test(readFileSync(description, "utf8"))
  );
}

/** The file of that name in the folder or in the nearest one above it. */
export function nearestFile(directory: string, name: string): string | undefined {
  const file = join(directory, name);
  if (existsSync(file)) return file;
  const parent = dirname(directory);
  return parent === directory ? undefined : nearestFile(parent, name);
}

/** The number of the line at that place, from 1. */
export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
