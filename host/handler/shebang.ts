// The first line of a script, as the kernel and `env` would read it, but without its CR and without
// asking for the x bit.
import { closeSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";

export interface Shebang {
  /** The program and its arguments before the script's own name. */
  readonly program: string;
  readonly args: readonly string[];
  /** Assignments of `env -S NAME=VALUE program`. */
  readonly assignments: Readonly<Record<string, string>>;
}

/** The kernel reads no more of a file than this to find a shebang (BINPRM_BUF_SIZE). */
const kernelLineBytes = 256;

/** The first bytes of a file: enough for a shebang or an ELF header. */
export function readStart(path: string): Buffer {
  const fd = openSync(path, "r");
  try {
    const start = Buffer.alloc(kernelLineBytes);
    return start.subarray(0, readSync(fd, start));
  } finally {
    closeSync(fd);
  }
}

/** Undefined when the file does not begin with `#!` and a program. A byte order mark is skipped. */
export function parseShebang(start: Buffer): Shebang | undefined {
  const text = start.toString("utf8").replace(/^\uFEFF/, "");
  if (!text.startsWith("#!")) return undefined;
  const line = (text.slice(2).split("\n", 1)[0] as string).replace(/\r$/, "").trim();
  const space = line.search(/[ \t]/);
  const program = space === -1 ? line : line.slice(0, space);
  if (program === "") return undefined;
  // The kernel hands over the rest of the line as one argument.
  const rest = space === -1 ? "" : line.slice(space).trim();
  if (basename(program) === "env") return parseEnv(program, rest);
  return { program, args: rest === "" ? [] : [rest], assignments: {} };
}

function parseEnv(env: string, rest: string): Shebang {
  const split = /^(?:-S|--split-string=?|-vS)\s*(.*)$/.exec(rest);
  const words = (split ? splitWords(split[1] as string) : [rest]) ?? [];
  const assignments: Record<string, string> = {};
  let at = 0;
  for (; at < words.length; at++) {
    const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(words[at] as string);
    if (!assignment) break;
    assignments[assignment[1] as string] = assignment[2] as string;
  }
  const program = words[at];
  // Options of env itself (`-i`, `-u NAME`) are left to env: it is run as it stands.
  if (!program || program.startsWith("-")) {
    return { program: env, args: rest === "" ? [] : [rest], assignments: {} };
  }
  return { program, args: words.slice(at + 1), assignments };
}

/**
 * The words of `env -S`, with quotes as GNU env reads them. Undefined with a backslash, a
 * `${VARIABLE}` or an unclosed quote: these are left to env.
 */
function splitWords(text: string): string[] | undefined {
  if (!/^(?:"[^"]*"|'[^']*'|[^"'])*$/.test(text) || /\\|\$\{/.test(text)) return undefined;
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (word.startsWith("#")) break;
    words.push(word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
  }
  return words;
}

/** A first line that finds the program on PATH and keeps its arguments. */
export function envShebang(program: string, args: readonly string[]): string {
  const words = [basename(program), ...args].join(" ");
  return words.includes(" ") ? `#!/usr/bin/env -S ${words}` : `#!/usr/bin/env ${words}`;
}

/**
 * The program to which a header passes the script: `#!/bin/sh`, then text that the shell runs and
 * that the script's own language reads as a comment, as Roswell writes it (`exec ros -Q -- $0
 * "$@"`).
 */
export function handedOnTo(start: Buffer): string | undefined {
  const found = /^[ \t]*exec[ \t]+(?:(?:\/usr)?\/bin\/env[ \t]+(?:-S[ \t]+)?)?"?([\w./+-]+)/m.exec(
    start.toString("utf8"),
  );
  return found?.[1];
}
