// Declarations in a blanked text: which names they bind, and whether those can be functions.
import { closingBracket } from "./brackets.ts";

export interface Declared {
  readonly binds: boolean;
  readonly mayBeFunction: boolean;
  /** The position after the declaration. */
  readonly end: number;
}

/** Whether the declaration that begins at `start` (`async function`, `const`) binds the name. */
export function declaredAs(code: string, start: number, name: string): Declared {
  const text = code.slice(start, start + 200);
  const named = /^(?:async\s+)?function\s*\*?\s*([\w$]+)/.exec(text);
  if (named !== null) return { binds: named[1] === name, mayBeFunction: true, end: start };
  const from = start + (/^(?:const|let|var)\s+/.exec(text)?.[0].length ?? 0);
  const end = statementEnd(code, from);
  for (const declarator of parts(code.slice(from, end))) {
    const trimmed = declarator.trim();
    if (/^[{[]/.test(trimmed)) {
      const pattern = trimmed.slice(0, closingBracket(trimmed, 0) + 1);
      if (boundNames(pattern).includes(name)) return { binds: true, mayBeFunction: true, end };
      continue;
    }
    if (/^[\w$]+/.exec(trimmed)?.[0] !== name) continue;
    const value = initialValue(trimmed);
    return { binds: true, mayBeFunction: value === undefined || isFunctionLike(code, value), end };
  }
  return { binds: false, mayBeFunction: false, end };
}

/** What follows the `=` of a declarator; a type before it may hold `=>`. */
function initialValue(declarator: string): string | undefined {
  const equals = /(?<![=!<>])=(?![=>])/.exec(declarator);
  return equals === null ? undefined : declarator.slice(equals.index + 1).trim();
}

/** The names that a pattern such as `{ a, b: c, ...rest }` binds. */
function boundNames(pattern: string): string[] {
  return parts(pattern.slice(1, -1)).flatMap((part) => {
    const target = part.trim().replace(/^\.\.\./, "");
    const colon = pattern.startsWith("{") ? depthZero(target, ":") : -1;
    const bound = target.slice(colon + 1).trim();
    if (/^[{[]/.test(bound)) return boundNames(bound.slice(0, closingBracket(bound, 0) + 1));
    const name = /^[\w$]+/.exec(bound)?.[0];
    return name === undefined ? [] : [name];
  });
}

/**
 * Whether the value, or what the name stands for, can be a function. Only what certainly cannot is
 * recognised: a literal, a class, an instance.
 */
export function isFunctionLike(code: string, value: string): boolean {
  if (/^(?:[[{"'`\d/]|(?:new|class|true|false|null|undefined|void)\b)/.test(value)) return false;
  const name = /^([\w$]+)\s*(?:[;,)\n}]|$)/.exec(value)?.[1]?.replaceAll("$", "\\$");
  if (name === undefined) return true;
  const made = new RegExp(
    String.raw`(?<![.\w$])(?:class\s+${name}(?![\w$])|(?:const|let|var)\s+${name}\s*(?::[^=;]+)?=\s*(?:[[{"'\d]|new\b))`,
  );
  return !made.test(code) || new RegExp(String.raw`\bfunction\s*\*?\s*${name}(?![\w$])`).test(code);
}

/** The text cut at its commas, but not inside of brackets. */
export function parts(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = depthZero(text, ",", 0); at !== -1; at = depthZero(text, ",", start)) {
    found.push(text.slice(start, at));
    start = at + 1;
  }
  found.push(text.slice(start));
  return found;
}

/** The position of the first such character outside brackets, or -1. */
function depthZero(text: string, wanted: string, from = 0): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === wanted) return at;
    if ("([{".includes(text[at] as string)) at = closingBracket(text, at);
  }
  return -1;
}

const statementStart =
  /^(?:const|let|var|function|class|export|import|if|for|while|do|switch|async|await|return|try|throw|type|interface|enum|declare|module|exports)\b/;

/**
 * Where the statement ends: at a semicolon, or at a line end after which another statement begins.
 */
function statementEnd(code: string, from: number): number {
  for (let at = from; at < code.length; at++) {
    const character = code[at] as string;
    if (character === ";" || character === "}" || character === ")") return at;
    if ("([{".includes(character)) at = closingBracket(code, at);
    else if (character === "\n" && statementStart.test(code.slice(at, at + 80).trimStart())) {
      return at;
    }
  }
  return code.length;
}
