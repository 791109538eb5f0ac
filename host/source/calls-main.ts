// Whether a script calls its `main` at its top level, judged from its text: if so, it answers by
// itself, and loading it once would run it without an event.
import { blank } from "./blank.ts";
import {
  after,
  before,
  endOfExpression,
  type FoundFunction,
  functionsIn,
  isHandedOver,
  partnerOf,
  startOfExpression,
  type Text,
  textOf,
} from "./functions.ts";

/** Conditions that are true only where the script is the program (docs/conventions.md, section 2). */
const guard =
  /\bimport\.meta\b|\brequire\.main\b|\bmodule\.parent\b|\bmainModule\b|\bargv\s*(?:\?\.)?\s*(?:\[\s*1\s*\]|\.at\(\s*1\s*\))|!\s*process\.env\.(?:AWS_|LAMBDA_|_HANDLER)/;

/** Names of helpers for this check; isMainThread of worker_threads is something else. */
const guardName = /^(?:is|as|run)_?(?:main|entry|direct|cli|script|executed|invoked)(?!Thread)/i;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A call in an async wrapper, a promise chain or Promise.all counts; one behind a guard does not. */
export function callsMain(source: string): boolean {
  if (!/\bmain\b/.test(source)) return false;
  const whole = textOf(blank(source));
  const code = without(whole.code, guarded(whole));
  const text = { code, partners: whole.partners };
  const functions = functionsIn(text);
  const atLoad = {
    ...text,
    code: without(code, functions.filter(({ runs }) => !runs).map(bodyOf)),
  };
  const waiting = localNames(code);
  const seen = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (usesOf(atLoad, name).length > 0) return true;
    // What calls it counts if that itself is called.
    const uses = usesOf(text, name);
    for (const { from, to, name: caller, runs } of functions) {
      const calls = !runs && uses.some((at) => at >= from && at < to);
      if (caller !== undefined && calls) waiting.push(caller);
    }
  }
  return false;
}

/** The names of `main` inside the module. */
function localNames(code: string): string[] {
  const names = ["main", "exports.main"];
  const patterns = [
    /([\w$]+)\s+as\s+main(?![\w$])/g,
    /\bexports\.main\s*=\s*([\w$]+)\s*(?:[;\n]|$)/g,
    /[{,]\s*main\s*:\s*([\w$]+)\s*[,}]/g,
  ];
  for (const pattern of patterns) {
    for (const [, name] of code.matchAll(pattern)) names.push(name as string);
  }
  return names;
}

/** The places where a name is called, or handed to a call that calls it. */
function usesOf(text: Text, name: string): number[] {
  const { code } = text;
  const pattern = new RegExp(`(?<![\\w$.])(?:module\\.)?${escaped(name)}(?![\\w$])`, "g");
  const places: number[] = [];
  for (const { 0: found, index } of code.matchAll(pattern)) {
    const end = index + found.length;
    const rest = after(code, end);
    const call = /^\s*\)?\s*(?:<[^()]*>\s*)?(?:\?\.\s*)?(?:\.(?:call|apply)\s*)?\(/.exec(rest);
    if (call !== null) {
      const close = partnerOf(text, end + call[0].length - 1);
      const isDeclared =
        /\b(?:function|new)\s*\*?\s*$/.test(before(code, index)) ||
        /^\)(?:\s*:[^;{}()=]*)?\s*\{/.test(after(code, close));
      if (!isDeclared) places.push(index);
    } else if (/[(,]\s*$/.test(before(code, index)) && /^\s*[,)]/.test(rest)) {
      if (isHandedOver(text, index)) places.push(index);
    }
  }
  return places;
}

/** What is behind a guard: `if (guard) …` and its `else`, `guard && …`, `guard ? …`. */
function guarded(text: Text): Range[] {
  const { code } = text;
  const ranges: Range[] = [];
  const known = new Map<string, boolean>();
  for (const { 0: found, index } of code.matchAll(/\bif\s*\(/g)) {
    const open = index + found.length - 1;
    const close = partnerOf(text, open);
    if (!isGuard(text, code.slice(open + 1, close), known)) continue;
    let to = endOfStatement(text, close + 1);
    const otherwise = /^\s*;?\s*else\b/.exec(after(code, to));
    if (otherwise) to = endOfStatement(text, to + otherwise[0].length);
    ranges.push({ from: close + 1, to });
  }
  for (const { index } of code.matchAll(/&&|\?(?![.?:])/g)) {
    if (!isGuard(text, code.slice(startOfExpression(text, index), index), known)) continue;
    ranges.push({ from: index, to: endOfExpression(text, index + 2) });
  }
  return ranges;
}

function isGuard(text: Text, condition: string, known: Map<string, boolean>): boolean {
  return (
    guard.test(condition) || namesIn(condition).some((name) => isNameOfGuard(text, name, known))
  );
}

function isNameOfGuard(text: Text, name: string, known: Map<string, boolean>): boolean {
  if (guardName.test(name)) return true;
  let answer = known.get(name);
  if (answer === undefined) {
    const definition = definitionOf(text, name);
    answer = guard.test(definition) || namesIn(definition).some((inner) => guardName.test(inner));
    known.set(name, answer);
  }
  return answer;
}

function namesIn(code: string): string[] {
  return code.match(/(?<![\w$.])[A-Za-z_$][\w$]*/g) ?? [];
}

/** What a name is set to, or what its function does. */
function definitionOf(text: Text, name: string): string {
  const { code } = text;
  const value = new RegExp(`\\b(?:const|let|var)\\s+${escaped(name)}\\s*(?::[^=;]*)?=`).exec(code);
  if (value) {
    const from = value.index + value[0].length;
    return code.slice(from, Math.min(endOfExpression(text, from), from + longestDefinition));
  }
  const body = new RegExp(`\\bfunction\\s+${escaped(name)}\\s*\\([^{]*\\{`).exec(code);
  if (body === null) return "";
  const open = body.index + body[0].length - 1;
  return code.slice(open, Math.min(partnerOf(text, open), open + longestDefinition));
}

/** A guard is short; a function that does all the work may contain the same names. */
const longestDefinition = 400;

function endOfStatement(text: Text, from: number): number {
  const at = from + (/^\s*/.exec(after(text.code, from))?.[0].length ?? 0);
  return text.code[at] === "{" ? partnerOf(text, at) + 1 : endOfExpression(text, at);
}

/** What is inside of the braces: they tell a declaration from a call. */
function bodyOf({ from, to }: FoundFunction): Range {
  return { from: from + 1, to: to - 1 };
}

/** The text with the ranges replaced by spaces; ranges may be nested. */
function without(code: string, ranges: readonly Range[]): string {
  let text = "";
  let done = 0;
  for (const { from, to } of ranges.toSorted((one, other) => one.from - other.from)) {
    const start = Math.max(from, done);
    if (to <= start) continue;
    text += code.slice(done, start) + code.slice(start, to).replaceAll(/[^\n]/g, " ");
    done = to;
  }
  return text + code.slice(done);
}

function escaped(name: string): string {
  return name.replaceAll(/[$.]/g, "\\$&");
}
