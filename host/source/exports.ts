// What a module exports under a name, judged from its text: running it would run the script without
// an event. `main` and `handler` are both read here, in every form that people and compilers write.
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { blank } from "./blank.ts";
import { declaredAs, isFunctionLike } from "./declarations.ts";
import { memberOf } from "./object-literal.ts";

/** What is exported under a name. */
export interface Export {
  /** Its name in the file; undefined when it comes from another file, or has no name. */
  readonly local: string | undefined;
  /** False for a literal, a class or an instance. */
  readonly mayBeFunction: boolean;
}

/** The text of a module, with the same text blanked. */
interface Source {
  readonly path: string;
  readonly text: string;
  readonly code: string;
}

/** The depth of files that export what other files export. */
const deepest = 8;

/** A larger file is a bundle, and exports what it exports itself. */
const largestFollowed = 1024 * 1024;

/** Undefined when nothing of that name is exported. */
export function findExport(path: string, text: string, name: string): Export | undefined {
  if (!mayExport(text, name)) return undefined;
  return exportOf({ path, text, code: blank(text) }, name, 0);
}

/** A quick answer for a text without the name. */
function mayExport(text: string, name: string): boolean {
  if (!/\bexports?\b/.test(text)) return false;
  return text.includes(name) || /export\s*\*|require\s*\(|__exportStar|__reExport/.test(text);
}

/** A function without a name in this file. */
const foreign: Export = { local: undefined, mayBeFunction: true };

type Find = (source: Source, name: string, depth: number) => Export | undefined;

const forms: readonly Find[] = [
  declaration,
  list,
  defaultExport,
  assignment,
  wholeAssignment,
  star,
];

function exportOf(source: Source, name: string, depth: number): Export | undefined {
  for (const find of forms) {
    const found = find(source, name, depth);
    if (found !== undefined) {
      const mayBeFunction =
        found.mayBeFunction &&
        (found.local === undefined || isFunctionLike(source.code, found.local));
      return { ...found, mayBeFunction };
    }
  }
  return undefined;
}

/** `export function main`, `export const { handler } = …`. */
function declaration({ code }: Source, name: string): Export | undefined {
  let last = 0;
  for (const match of code.matchAll(
    /(?<![.\w$])export\s+(?=(?:async|function|const|let|var)\b)/g,
  )) {
    if (match.index < last) continue;
    const declared = declaredAs(code, match.index + match[0].length, name);
    if (declared.binds) return { local: name, mayBeFunction: declared.mayBeFunction };
    last = declared.end;
  }
  return undefined;
}

/** `export { a, b as main }`, with `from` or without; `export * as main` is an object. */
function list({ code, text }: Source, name: string): Export | undefined {
  for (const match of code.matchAll(/(?<![.\w$])export\s*\{([^}]*)\}(\s*from\b)?/g)) {
    const start = match.index + match[0].indexOf("{") + 1;
    for (const entry of entriesFrom(start, match[1] as string)) {
      const [own = "", as = own] = text
        .slice(entry.start, entry.start + entry.length)
        .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
        .trim()
        .split(/\s+as\s+/);
      if (as.replaceAll(/^["']|["']$/g, "") !== name) continue;
      return { local: match[2] === undefined ? own : undefined, mayBeFunction: true };
    }
  }
  return undefined;
}

function* entriesFrom(start: number, list: string): Generator<{ start: number; length: number }> {
  let at = start;
  for (const entry of list.split(",")) {
    yield { start: at, length: entry.length };
    at += entry.length + 1;
  }
}

/** A member of the default export: it is looked at after the module itself. */
function defaultExport(source: Source, name: string, depth: number): Export | undefined {
  const { code } = source;
  const direct = /(?<![.\w$])export\s+default\s+/.exec(code);
  if (direct !== null) return memberAt(source, direct.index + direct[0].length, name, depth);
  const named =
    /(?<![.\w$])export\s*\{(?:[^}]*,)?\s*([\w$]+)\s+as\s+default\s*[,}](?!\s*from\b)/.exec(code);
  return named === null ? undefined : memberOfVariable(source, named[1] as string, name, depth);
}

const exportsObject = String.raw`(?<![.\w$])(?:module\s*\.\s*)?exports`;

/** `exports.main = …`, `module.exports["main"] = …`, `Object.defineProperty(exports, "main", …)`. */
function assignment({ code, text }: Source, name: string): Export | undefined {
  const quoted = `["']${" ".repeat(name.length)}["']`;
  const forms = [
    String.raw`${exportsObject}\s*\.\s*${escaped(name)}\s*=(?![=>])\s*`,
    String.raw`${exportsObject}\s*\[\s*${quoted}\s*\]\s*=(?![=>])\s*`,
    String.raw`\bObject\s*\.\s*defineProperty\s*\(\s*${exportsObject}\s*,\s*${quoted}\s*,\s*`,
  ];
  for (const form of forms) {
    for (const match of code.matchAll(new RegExp(form, "g"))) {
      const whole = text.slice(match.index, match.index + match[0].length);
      const value = code.slice(match.index + match[0].length);
      // Compilers write `exports.main = void 0` first.
      if (!whole.includes(name) || /^void 0\b/.test(value)) continue;
      if (form.includes("defineProperty")) return foreign;
      return {
        local: /^([\w$]+)\s*(?:[;,\n}]|$)/.exec(value)?.[1],
        mayBeFunction: isFunctionLike(code, value),
      };
    }
  }
  return undefined;
}

/** `module.exports = {…}`, `= require("./lib")`, `Object.assign(exports, {…})`, and what bundlers make. */
function wholeAssignment(source: Source, name: string, depth: number): Export | undefined {
  const whole = new RegExp(
    String.raw`(?<![.\w$])(?:module\s*\.\s*exports|export)\s*=(?![=>])\s*|\bObject\s*\.\s*assign\s*\(\s*${exportsObject}\s*,\s*`,
    "g",
  );
  for (const match of source.code.matchAll(whole)) {
    const found = memberAt(source, match.index + match[0].length, name, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A member of the value that begins here. */
function memberAt(source: Source, start: number, name: string, depth: number): Export | undefined {
  const { code, text } = source;
  // `exports = module.exports = …`
  const from =
    start +
    (/^(?:(?:module\s*\.\s*)?exports\s*=(?!=)\s*)*/.exec(code.slice(start))?.[0].length ?? 0);
  const value = code.slice(from, from + 200);
  if (value.startsWith("{")) return memberOfLiteral(source, from, name, depth);
  const required = /^require\s*\(\s*["']/.exec(value);
  if (required !== null) {
    return exportOfFile(source, quotedAt(text, from + required[0].length - 1), name, depth);
  }
  // esbuild: `module.exports = toCommonJS(all)`, after `define(all, { main: () => main })`.
  const made = /^[\w$.]+\s*\(\s*([\w$]+)\s*\)/.exec(value)?.[1];
  if (made !== undefined) {
    const define = new RegExp(String.raw`\(\s*${escaped(made)}\s*,\s*(?=\{)`).exec(code);
    return define === null
      ? undefined
      : memberOfLiteral(source, define.index + define[0].length, name, depth);
  }
  const variable = /^([\w$]+)\s*(?:[;\n,)]|$|(?:as|satisfies)\s)/.exec(value)?.[1];
  return variable === undefined ? undefined : memberOfVariable(source, variable, name, depth);
}

function memberOfLiteral(
  source: Source,
  open: number,
  name: string,
  depth: number,
): Export | undefined {
  const member = memberOf(source, open, name);
  if (member.found !== undefined) {
    const { value, isMethod } = member.found;
    // `() => main` of a bundler, and a shorthand, give the name in the file.
    const local = /^(?:\(\)\s*=>\s*)?([A-Za-z_$][\w$]*)\s*$/.exec(value)?.[1];
    if (isMethod) return foreign;
    return { local, mayBeFunction: local !== undefined || isFunctionLike(source.code, value) };
  }
  for (const { specifier, variable } of member.spreads) {
    const found =
      specifier !== undefined
        ? exportOfFile(source, specifier, name, depth)
        : memberOfVariable(source, variable as string, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `const api = {…}`, `const api = require("./lib")`, `api.main = …`. */
function memberOfVariable(
  source: Source,
  variable: string,
  name: string,
  depth: number,
): Export | undefined {
  if (depth > deepest) return undefined;
  const { code } = source;
  const set = new RegExp(
    String.raw`(?<![.\w$])${escaped(variable)}\s*\.\s*${escaped(name)}\s*=(?![=>])\s*`,
  ).exec(code);
  if (set !== null) {
    return {
      local: undefined,
      mayBeFunction: isFunctionLike(code, code.slice(set.index + set[0].length)),
    };
  }
  const made = new RegExp(
    String.raw`\b(?:const|let|var)\s+${escaped(variable)}\s*(?::[^=;]+)?=(?![=>])\s*`,
  ).exec(code);
  return made === null ? undefined : memberAt(source, made.index + made[0].length, name, depth + 1);
}

/** `export * from "./lib.ts"`, and what compilers make of it. */
function star(source: Source, name: string, depth: number): Export | undefined {
  const { code, text } = source;
  const pattern =
    /(?<![.\w$])export\s*\*\s*from\s*["']|__(?:exportStar|reExport)\s*\([^"'`;]*?\brequire\s*\(\s*["']/g;
  for (const match of code.matchAll(pattern)) {
    const found = exportOfFile(
      source,
      quotedAt(text, match.index + match[0].length - 1),
      name,
      depth,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function exportOfFile(
  from: Source,
  specifier: string,
  name: string,
  depth: number,
): Export | undefined {
  const path = depth < deepest ? fileOf(from.path, specifier) : undefined;
  if (path === undefined) return undefined;
  const text = readFileSync(path, "utf8");
  if (!mayExport(text, name)) return undefined;
  const found = exportOf({ path, text, code: blank(text) }, name, depth + 1);
  return found && { ...found, local: undefined };
}

const endings = [
  "",
  ".js",
  ".ts",
  ".mjs",
  ".mts",
  ".cjs",
  ".cts",
  ".tsx",
  ".jsx",
  "/index.js",
  "/index.ts",
];

/** The file beside it that the name means to Node, or to tsx; packages are not searched. */
function fileOf(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = join(dirname(from), specifier);
  const typescript = path.replace(/\.([mc]?)jsx?$/, ".$1ts");
  return [...endings.map((ending) => path + ending), typescript, `${typescript}x`].find(
    isSmallFile,
  );
}

function isSmallFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= largestFollowed;
}

/** The string whose quote is at this position. */
function quotedAt(text: string, quote: number): string {
  return text.slice(quote + 1, text.indexOf(text[quote] as string, quote + 1));
}

function escaped(name: string): string {
  return name.replaceAll("$", "\\$");
}
