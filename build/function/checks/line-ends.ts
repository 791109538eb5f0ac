// Whether a shell would take the carriage returns of a script as parts of its commands.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { HandlerEntry } from "../handler-entry.ts";

const shells = new Set(["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "busybox"]);

/** A sentence on what is wrong and what to do, else undefined. The host reads the first line itself. */
export function carriageReturns(entry: HandlerEntry, handler: string): string | undefined {
  if (entry.kind !== "script" || !shells.has(basename(entry.program ?? ""))) return undefined;
  const text = readFileSync(entry.file, "latin1");
  const rest = text.startsWith("#!") ? text.slice(text.indexOf("\n") + 1) : text;
  if (!/\r$/m.test(rest)) return undefined;
  return `${handler} has CRLF line ends, and ${basename(entry.program ?? "")} takes the CR for a part of each command; convert it: sed -i 's/\\r$//' ${basename(entry.file)}`;
}
