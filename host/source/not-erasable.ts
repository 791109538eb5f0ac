// TypeScript that has a meaning at run time, so that Node cannot run what is left without its types
// (Node: "Type stripping").
import { closingBracket, topLevel } from "./brackets.ts";

/** A construct's name for a message, and its place in the text. */
export interface NotErasable {
  readonly name: string;
  readonly index: number;
}

type Finder = (code: string) => number | undefined;

const constructs: readonly (readonly [name: string, find: Finder])[] = [
  ["enum", byPattern(/\benum\s+[^\s{(=;:,.)]+\s*\{/)],
  ["namespace", findNamespace],
  ["a parameter property", findParameterProperty],
  ["import =", byPattern(/\bimport\s+[\w$]+\s*=(?!=)/)],
  ["export =", byPattern(/\bexport\s*=(?!=)/)],
  ["export as namespace", byPattern(/\bexport\s+as\s+namespace\b/)],
  ["a decorator", byPattern(/(?:^|[\s;{}(])@[\w$(]/m)],
  [
    "an accessor field",
    byPattern(/\baccessor[ \t]+(?!(?:in|of|is|as|instanceof|satisfies|extends)\b)[#\w$]/),
  ],
  ["a type assertion in angle brackets", findAngleAssertion],
];

/** The first construct, in the table's order; `code` has been blanked. */
export function findNotErasable(code: string): NotErasable | undefined {
  const own = withoutAmbient(code);
  for (const [name, find] of constructs) {
    const index = find(own);
    if (index !== undefined) return { name, index };
  }
  return undefined;
}

function byPattern(pattern: RegExp): Finder {
  return (code) => pattern.exec(code)?.index;
}

// A declared construct exists elsewhere; Node erases it with everything in it.
function withoutAmbient(code: string): string {
  const ambient =
    /(?<![.\w$])declare\s+(?:global|module|namespace|(?:const\s+)?enum|(?:abstract\s+)?class)\b[^{;]*\{/g;
  let text = code;
  for (const match of code.matchAll(ambient)) {
    const end = closingBracket(code, match.index + match[0].length - 1);
    const block = code.slice(match.index, end).replaceAll(/[^\n]/g, " ");
    text = text.slice(0, match.index) + block + text.slice(end);
  }
  return text;
}

// A namespace that holds only types is erased.
function findNamespace(code: string): number | undefined {
  for (const match of code.matchAll(/\b(?:namespace|module)[ \t]+[\w$.]+\s*\{/g)) {
    const start = match.index + match[0].length;
    const body = code.slice(start, closingBracket(code, start - 1));
    if (/\b(?:const|let|var|function|class|enum|import)\s+[\w${[]/.test(body)) return match.index;
  }
  return undefined;
}

function findParameterProperty(code: string): number | undefined {
  for (const match of code.matchAll(/(?<![.\w$])constructor\s*\(/g)) {
    const start = match.index + match[0].length;
    const end = closingBracket(code, start - 1);
    // Not closed: the text does not parse, whoever runs it.
    if (end === code.length) return undefined;
    const parameters = topLevel(code.slice(start, end));
    const modifier = /(?:^|,)\s*(?:public|private|protected|readonly|override)\s+[\w$]/;
    if (modifier.test(parameters)) return match.index;
  }
  return undefined;
}

// `<T>value`; `<T>(value) => …` is a function.
function findAngleAssertion(code: string): number | undefined {
  const angle = /(?:[=(,[?:&|!]|\breturn)\s*<\s*[\w$.]+(?:[\w$.,\s[\]|&<>])*>\s*(?=[\w$"'`{[(])/g;
  for (const match of code.matchAll(angle)) {
    const after = match.index + match[0].length;
    if (code[after] !== "(") return match.index;
    const rest = code.slice(closingBracket(code, after) + 1);
    if (!/^\s*(?::[^;{]*?)?=>/.test(rest) && !/^\s*:/.test(rest)) return match.index;
  }
  return undefined;
}
