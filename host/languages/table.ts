// The languages that functions and `main` scripts may be written in beside JavaScript: who runs them,
// which adapter loads them, how their functions are called. docs/languages.md shows how to add one.

/** How an adapter calls the function: STDLAMBDA_CONVENTION, or mode `main`. */
export type AdapterConvention = "aws" | "string" | "json" | "stdio" | "main";

export interface Language {
  readonly name: string;
  /** In the order in which a module's file is looked for. */
  readonly extensions: readonly string[];
  /** The first of these that is on PATH runs the file. */
  readonly programs: readonly [string, ...string[]];
  /** The base name of a program that a file's first line may choose instead. */
  readonly shebang: RegExp;
  /** What stands before the adapter's file on the command line. */
  readonly args: readonly string[];
  /** A file of this folder, in the language itself. */
  readonly adapter: string;
  /** Whether `a.b.handler` may be in a/b.py, as a module's name says. */
  readonly dotsAreFolders?: true;
  /** How a function is called when STDLAMBDA_CONVENTION says nothing. */
  readonly convention: Exclude<AdapterConvention, "main">;
  /** Whether its functions answer by what they print, with the event on stdin, whatever the convention. */
  readonly answersByStdout?: true;
  /** What to install where the interpreter is missing: a package of Debian's, and of Amazon Linux's. */
  readonly packages: string;
}

export const languages: readonly Language[] = [
  {
    name: "Python",
    extensions: [".py"],
    programs: ["python3"],
    shebang: /^python/,
    args: ["-X", "utf8"],
    adapter: "python.py",
    dotsAreFolders: true,
    convention: "aws",
    packages: "python3",
  },
];

/** The language of a file, told from its extension. */
export function languageOf(path: string): Language | undefined {
  const dot = path.lastIndexOf(".");
  if (dot === -1) return undefined;
  const extension = path.slice(dot);
  return languages.find(({ extensions }) => extensions.includes(extension));
}
