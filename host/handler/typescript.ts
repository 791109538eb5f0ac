// Can Node run this TypeScript by stripping its types? Decided at init from the text of the script and
// of the files it imports; amaro, which would know, costs 28 ms and 20 MB (docs/performance.md).
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import { blank } from "./blank.ts";

/** Syntax that has a meaning at run time, so that it cannot be erased (Node: "Type stripping"). */
const notErasable: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["enum", /(?<!\bdeclare\s+(?:const\s+)?)\benum\s+[\w$]+\s*\{/],
  ["namespace", /(?<!\bdeclare\s+)\b(?:namespace|module)\s+[\w$.]+\s*\{/],
  [
    "a parameter property",
    /\bconstructor\s*\([^)]*\b(?:public|private|protected|readonly|override)\s+[\w${[]/,
  ],
  ["import =", /\bimport\s+(?:type\s+)?[\w$]+\s*=(?!=)/],
  ["export =", /\bexport\s*=(?!=)/],
  ["a decorator", /(?:^|[\s;{}(])@[\w$(]/m],
];

const typescriptExtensions = [".ts", ".mts", ".cts"];

/** More files than this are not a script with libraries beside it; the rest is left to Node. */
const maximumFiles = 500;

/** Why Node alone cannot run the script, in words for a message, or undefined when it can. */
export function whyNodeCannotStrip(script: string): string | undefined {
  const seen = new Set<string>();
  const waiting = [script];
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
  if (!typescriptExtensions.includes(extension)) return undefined;
  if (file.includes("/node_modules/")) return "is TypeScript in node_modules";
  const source = readFileSync(file, "utf8");
  const code = blank(source);
  for (const [name, pattern] of notErasable) {
    const found = pattern.exec(code);
    if (found) return `uses ${name} (line ${lineOf(code, found.index)})`;
  }
  for (const specifier of importedNames(source, code)) {
    const reason = follow(file, specifier, waiting);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function* importedNames(source: string, code: string): Generator<string> {
  // Types are erased with their import, so what they name need not be there.
  for (const match of code.matchAll(/\b(from|import)\s*(\(?)\s*(["'])/g)) {
    if (
      match[1] === "from" &&
      /\b(?:import|export)\s+type\b[^;"']*$/.test(
        code.slice(Math.max(0, match.index - 500), match.index),
      )
    ) {
      continue;
    }
    const start = match.index + match[0].length;
    yield source.slice(start, code.indexOf(match[3] as string, start));
  }
}

function follow(file: string, specifier: string, waiting: string[]): string | undefined {
  if (specifier.startsWith(".") || isAbsolute(specifier)) {
    const target = resolve(dirname(file), specifier);
    if (extname(target) !== "" && existsSync(target)) {
      waiting.push(target);
      return undefined;
    }
    const guessed = typescriptFileFor(target);
    return guessed === undefined ? undefined : `imports "${specifier}" for ${guessed}`;
  }
  if (/^[\w-]+:/.test(specifier) || !hasPaths(dirname(file))) return undefined;
  try {
    createRequire(file).resolve(specifier);
    return undefined;
  } catch {
    return `imports "${specifier}" by a path of tsconfig.json`;
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
  const config = join(directory, "tsconfig.json");
  if (existsSync(config)) return /"(?:paths|baseUrl)"\s*:/.test(readFileSync(config, "utf8"));
  const parent = dirname(directory);
  return parent !== directory && hasPaths(parent);
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
