// What a source imports, told from its text.

export interface Import {
  readonly specifier: string;
  /** Names in braces that are not marked as types. */
  readonly names: readonly string[];
  /**
   * `import … from`, `export … from` and `import "…"`; the others are calls that may never happen.
   */
  readonly isStatement: boolean;
  /** Whether `with { … }` follows. */
  readonly hasAttributes: boolean;
}

const clause = String.raw`(?:[\w$]+\s*,\s*)?(?:\{[^}]*\}|\*(?:\s*as\s+[\w$]+)?|[\w$]+)`;
const statement = new RegExp(
  String.raw`(?<![.\w$])(?:import|export)\b\s*(?!type\b(?!\s*(?:,|from\b)))(${clause})\s*\bfrom\s*(["'])`,
  "g",
);
const bareStatement = /(?<![.\w$])import\s*(["'])/g;
// After these a type follows: `let a: import("./types").A`.
const call =
  /(?<![.\w$])(?<!(?:[:<|&]|\b(?:typeof|as|extends|satisfies))\s*)(?:import|require)\s*\(\s*(["'])/g;

/**
 * Every import whose name is written out; `code` is the source, blanked. Imports of types alone are
 * left out.
 */
export function* importsOf(source: string, code: string): Generator<Import> {
  for (const match of code.matchAll(statement)) {
    yield read(source, code, match, match[2] as string, namesIn(match[1] as string), true);
  }
  for (const match of code.matchAll(bareStatement)) {
    yield read(source, code, match, match[1] as string, [], true);
  }
  for (const match of code.matchAll(call)) {
    yield read(source, code, match, match[1] as string, [], false);
  }
}

function read(
  source: string,
  code: string,
  match: RegExpExecArray,
  quote: string,
  names: readonly string[],
  isStatement: boolean,
): Import {
  const start = match.index + match[0].length;
  const end = code.indexOf(quote, start);
  return {
    specifier: source.slice(start, end),
    names: match[0].startsWith("import") ? names : [],
    isStatement,
    hasAttributes: /^\s*(?:with|assert)\s*\{/.test(code.slice(end + 1, end + 40)),
  };
}

function namesIn(text: string): string[] {
  const list = /\{([^}]*)\}/.exec(text)?.[1] ?? "";
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !/^type\s/.test(name))
    .map((name) => name.split(/\s/, 1)[0] as string);
}
