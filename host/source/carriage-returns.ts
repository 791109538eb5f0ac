// Whether a shell would take the carriage returns of a script for parts of its commands.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const shells = new Set(["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "busybox"]);

/** The first line does not count, because the host reads it. */
export function hasCarriageReturns(program: string, script: string): boolean {
  if (!shells.has(basename(program))) return false;
  const text = readFileSync(script, "latin1");
  const rest = text.startsWith("#!") ? text.slice(text.indexOf("\n") + 1) : text;
  return /\r$/m.test(rest);
}
