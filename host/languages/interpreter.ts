// Which interpreter loads a file: the one that its first line names, else the language's own.
import { basename } from "node:path";
import { HostError } from "../errors.ts";
import { findProgram } from "../handler/find-program.ts";
import type { Handler } from "../handler/resolve.ts";
import { parseShebang, readStart } from "../handler/shebang.ts";
import { type Language, languageOf, languages } from "./table.ts";

/** The language of a script, from its extension, else from the program in its first line. */
export function languageOfScript({
  path,
  interpreter,
}: Extract<Handler, { kind: "script" }>): Language | undefined {
  const known = languageOf(path);
  if (known !== undefined || interpreter.kind !== "program") return known;
  const name = basename(interpreter.program);
  return languages.find(({ shebang }) => shebang.test(name));
}

/**
 * `path` is the PATH of the function's environment.
 * @throws HostError `Runtime.InterpreterNotFound`.
 */
export function languageProgram(file: string, language: Language, path: string): string {
  const named = parseShebang(readStart(file))?.program;
  const chosen = named !== undefined && language.shebang.test(basename(named)) ? named : undefined;
  const programs = chosen === undefined ? language.programs : [chosen];
  for (const name of programs) {
    const program = findProgram(name, path);
    if (program !== undefined) return program;
  }
  const reason = chosen === undefined ? `it is ${language.name}` : "its first line asks for it";
  throw new HostError(
    "Runtime.InterpreterNotFound",
    `${file} cannot be loaded: ${programs.join(" or ")} is not installed, and ${reason}. Bring it in a layer (/opt/bin) or an image, or put it on PATH (${path}); docs/languages.md has a recipe for each language. On this machine install ${language.packages}.`,
  );
}
