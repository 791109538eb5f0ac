// A program of the function or of a layer, at Lambda's own path: whether it can run, and by which command.

import { accessSync, constants, lstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { elfMagic } from "../../lambda/architectures.ts";

/** The folders of the function and of its layers, on this machine and as the function sees them. */
export interface Roots {
  readonly taskRoot: string;
  readonly opt: string;
  readonly seen: { readonly taskRoot: string; readonly opt: string };
}

export type Executable =
  | { readonly command: readonly string[] }
  /** Why it cannot run, in the words of Go, in which Lambda's agent is written. */
  | { readonly why: string };

/** As many as the kernel follows, of links and of interpreters of interpreters. */
const maximumLinks = 40;
const maximumInterpreters = 4;

/** `path` as on Lambda: `/var/task/bootstrap`, `/opt/extensions/x`, `/bin/sh`. */
export function executable(path: string, roots: Roots, depth = 0): Executable {
  const file = locate(path, roots);
  const start = file === undefined ? undefined : readStart(file);
  if (file === undefined || start === undefined) return { why: "no such file or directory" };
  if (!isExecutable(file)) return { why: "permission denied" };
  const shown = rebase(path, roots.seen.opt, roots.seen.taskRoot);
  // A link that leads from the function to a layer works only inside a sandbox.
  const isElsewhere = roots.seen.opt !== "/opt" && isOurs(path) && isLinkToOurs(path, roots);
  if (start.startsWith(elfMagic)) return { command: [isElsewhere ? file : shown] };
  const [, interpreter, argument] = /^#![ \t]*(\S+)[ \t]*(.*)/.exec(start) ?? [];
  if (interpreter === undefined) return { why: "exec format error" };
  // The kernel takes the carriage return of a Windows file for a part of the name.
  if (/^#![^\n]*\r/.test(start)) return { why: "no such file or directory" };
  if (depth >= maximumInterpreters) return { why: "too many levels of symbolic links" };
  const found = executable(interpreter, roots, depth + 1);
  if ("why" in found) return found;
  // The kernel finds an interpreter by its path, which without a sandbox is another one here.
  if (!isElsewhere && found.command.length === 1 && found.command[0] === interpreter) {
    return { command: [shown] };
  }
  const rest = argument === undefined || argument.trim() === "" ? [] : [argument.trim()];
  return { command: [...found.command, ...rest, isElsewhere ? file : shown] };
}

/** The file on this machine; undefined when a link on the way leads nowhere. */
export function locate(path: string, roots: Roots): string | undefined {
  let at = path;
  for (let links = 0; links < maximumLinks; links++) {
    const file = rebase(at, roots.opt, roots.taskRoot);
    try {
      if (!lstatSync(file).isSymbolicLink()) return file;
      at = resolve(dirname(at), readlinkSync(file));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** The path with the real folders of layers and function instead of Lambda's. */
function rebase(path: string, opt: string, taskRoot: string): string {
  if (path.startsWith("/opt/")) return opt + path.slice("/opt".length);
  if (path.startsWith("/var/task/")) return taskRoot + path.slice("/var/task".length);
  return path;
}

function isOurs(path: string): boolean {
  return path.startsWith("/opt/") || path.startsWith("/var/task/");
}

function isLinkToOurs(path: string, roots: Roots): boolean {
  const file = rebase(path, roots.opt, roots.taskRoot);
  return lstatSync(file).isSymbolicLink() && isOurs(resolve(dirname(path), readlinkSync(file)));
}

/** Its first bytes; undefined for what is not there, or is not a file. */
function readStart(file: string): string | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file).toString("latin1", 0, 256) : undefined;
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
