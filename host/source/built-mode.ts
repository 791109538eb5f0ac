// The mode that `auto` chooses for a script. A bundle has the decision in its last lines, because
// its text no longer shows what the source exports.
import { callsMain } from "./calls-main.ts";
import { findExport } from "./exports.ts";

type BuiltMode = "main" | "prefork";

const mark = /^\/\/# stdlambdaMode=(main|prefork)$/m;

/** The mark is in the last lines, followed by the name of the source map. */
const markedBytes = 1024;

export function modeOfScript(path: string, source: string): BuiltMode {
  const marked = mark.exec(source.slice(-markedBytes))?.[1];
  return (marked as BuiltMode | undefined) ?? (isForMain(path, source) ? "main" : "prefork");
}

/** The script exports a function main, and leaves it to the host to call it. */
function isForMain(path: string, source: string): boolean {
  return findExport(path, source, "main")?.mayBeFunction === true && !callsMain(source);
}

/** A line for the end of a bundle. */
export function modeMark(mode: BuiltMode): string {
  return `//# stdlambdaMode=${mode}\n`;
}
