// The uncaught exception that ended a process (docs/conventions.md, "How it ended").
import { basename } from "node:path";
import { nodeReport } from "./node.ts";
import {
  goReport,
  javaReport,
  luaReport,
  perlReport,
  phpReport,
  picolispReport,
  rustReport,
  sbclReport,
} from "./others.ts";
import { pythonReport } from "./python.ts";
import type { ReadReport, Report, StartedAs } from "./report.ts";
import { rubyReport } from "./ruby.ts";

/** Who prints which report: a report of another language comes from a child. */
const readers: readonly (readonly [program: RegExp, read: ReadReport])[] = [
  [/^(?:node|tsx)/, nodeReport],
  [/^(?:python|pypy)/, pythonReport],
  [/^ruby/, rubyReport],
  [/^php/, phpReport],
  [/^java/, javaReport],
  [/^(?:sbcl|ros)/, sbclReport],
  [/^lua/, luaReport],
  [/^perl/, perlReport],
];

/** Any log line may look like these, so they count only for scripts of their own language. */
const ownReaders: typeof readers = [[/^pi(?:colisp|l$)/, picolispReport]];

/** A shell script or a compiled program may end with any of them. */
const anyReader: readonly ReadReport[] = [...readers.map(([, read]) => read), goReport, rustReport];

export function uncaughtException(
  stderr: string,
  status: number,
  startedAs: StartedAs | undefined,
): Report | undefined {
  const text = stderr.replaceAll("\r\n", "\n").trimEnd();
  if (text === "") return undefined;
  const lines = text.split("\n");
  const name = basename(startedAs?.program ?? "");
  const own = [...readers, ...ownReaders].filter(([program]) => program.test(name));
  for (const read of own.length > 0 ? own.map(([, read]) => read) : anyReader) {
    const report = read(lines, status, startedAs);
    if (report !== undefined) return report;
  }
  return undefined;
}
