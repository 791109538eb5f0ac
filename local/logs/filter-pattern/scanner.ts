// Reads a filter pattern from left to right, and reports where it is wrong.

import { invalidParameter } from "../cloudwatch/logs-error.ts";

export interface Scanner {
  readonly text: string;
  position: number;
  atEnd(): boolean;
  skipSpace(): void;
  /** Takes the text if it is next. */
  take(text: string): boolean;
  /** Takes what the sticky expression matches here. */
  match(expression: RegExp): string | undefined;
  /** @param at defaults to where the scanner stands; characters from 0 */
  fail(problem: string, at?: number): never;
}

export function createScanner(text: string): Scanner {
  const scanner: Scanner = {
    text,
    position: 0,
    atEnd: () => scanner.position >= text.length,
    skipSpace() {
      while (/\s/.test(text[scanner.position] ?? "")) scanner.position += 1;
    },
    take(wanted) {
      if (!text.startsWith(wanted, scanner.position)) return false;
      scanner.position += wanted.length;
      return true;
    },
    match(expression) {
      expression.lastIndex = scanner.position;
      const found = expression.exec(text)?.[0];
      if (found === undefined || found === "") return undefined;
      scanner.position += found.length;
      return found;
    },
    fail(problem, at = scanner.position) {
      const here = text.slice(at, at + 20);
      const place = here === "" ? "at its end" : `at character ${at + 1}, "${here}"`;
      throw invalidParameter(`Invalid filter pattern, ${place}: ${problem}`);
    },
  };
  return scanner;
}

/** The text of a string in double quotes, of which the first is next; `\"` and `\\` are escapes. */
export function takeQuoted(scanner: Scanner): string {
  const start = scanner.position;
  const found = scanner.match(/"(?:[^"\\]|\\[\s\S])*"/y);
  if (found === undefined) return scanner.fail('the string is missing its closing "', start);
  return found.slice(1, -1).replace(/\\(["\\])/g, "$1");
}
