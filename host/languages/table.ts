// The languages other than JavaScript in which functions and `main` scripts may be written: which
// program runs them, which adapter loads them, how their functions are called. docs/languages.md
// shows how to add one.

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
  /** Files beside the interpreter; the first that exists comes first on the command line. */
  readonly library?: readonly string[];
  /** Arguments before the adapter's file on the command line. */
  readonly args: readonly string[];
  /** Arguments after it, before the adapter's own. */
  readonly argsBehind?: readonly string[];
  /** Variables that are set unless the function's environment has them. */
  readonly variables?: Readonly<Record<string, string>>;
  /** A file of this folder, in the language itself. */
  readonly adapter: string;
  /**
   * Whether the interpreter resolves links itself, and so cannot open a pipe by its name in /proc.
   */
  readonly followsLinks?: true;
  /** Whether `a.b.handler` may be in a/b.py, as a module's name says. */
  readonly dotsAreFolders?: true;
  /** The file that makes a folder a module. */
  readonly packageFile?: string;
  /** Files that the adapter loads itself. */
  readonly parts?: readonly string[];
  /**
   * Whether an error of the convention `aws` has the event's request id, as with AWS's own client.
   */
  readonly errorsNameRequest?: true;
  /** How a function is called when STDLAMBDA_CONVENTION says nothing. */
  readonly convention: Exclude<AdapterConvention, "main">;
  /**
   * Whether its functions answer by what they print, with the event on stdin, whatever the
   * convention.
   */
  readonly answersByStdout?: true;
  /** Whether it needs the event in a file, because it cannot read so many bytes from a pipe. */
  readonly eventInFile?: true;
  /**
   * What to install if the interpreter is missing: a package of Debian's, and of Amazon Linux's.
   */
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
    packageFile: "__init__.py",
    errorsNameRequest: true,
    convention: "aws",
    packages: "python3",
  },
  {
    name: "Ruby",
    extensions: [".rb"],
    programs: ["ruby"],
    shebang: /^j?ruby/,
    args: ["-E", "UTF-8"],
    adapter: "ruby.rb",
    convention: "aws",
    packages: "ruby",
  },
  {
    name: "Perl",
    extensions: [".pl"],
    programs: ["perl"],
    shebang: /^perl/,
    args: [],
    // Lambda sets a locale that its own images lack, and Perl would complain about it in five
    // lines.
    variables: { PERL_BADLANG: "0" },
    adapter: "perl.pl",
    convention: "aws",
    packages: "perl",
  },
  {
    name: "PHP",
    extensions: [".php"],
    programs: ["php"],
    shebang: /^php/,
    args: [
      "-d",
      "display_errors=stderr",
      "-d",
      "html_errors=0",
      "-d",
      "log_errors=0",
      "-r",
      "require $argv[1];",
      "--",
    ],
    adapter: "php.php",
    followsLinks: true,
    convention: "aws",
    packages: "php-cli",
  },
  {
    name: "shell",
    extensions: [".sh", ".bash"],
    programs: ["bash", "sh"],
    shebang: /^(?:ba|da|a|k|mk)?sh$/,
    args: [],
    adapter: "shell.sh",
    convention: "string",
    answersByStdout: true,
    packages: "bash",
  },
  {
    name: "Lua",
    extensions: [".lua"],
    programs: ["lua", "lua5.4", "lua5.3"],
    shebang: /^lua/,
    args: [],
    adapter: "lua.lua",
    convention: "string",
    packages: "lua5.4",
  },
  {
    name: "Common Lisp",
    extensions: [".lisp", ".fasl", ".ros"],
    programs: ["sbcl"],
    shebang: /^sbcl$/,
    args: ["--noinform", "--no-sysinit", "--no-userinit", "--disable-debugger", "--load"],
    argsBehind: ["--end-toplevel-options"],
    adapter: "lisp.lisp",
    parts: ["lisp-adapter.lisp"],
    convention: "string",
    packages: "sbcl",
  },
  {
    name: "PicoLisp",
    extensions: [".l"],
    programs: ["picolisp", "pil"],
    shebang: /^(?:picolisp|pil)$/,
    // Its own library comes first, and says where "@lib/" is.
    library: ["../lib/picolisp/lib.l", "../share/picolisp/lib.l", "../lib.l"],
    args: [],
    adapter: "picolisp.l",
    eventInFile: true,
    convention: "json",
    packages: "picolisp",
  },
];

/** The language of a file, told from its extension. */
export function languageOf(path: string): Language | undefined {
  const dot = path.lastIndexOf(".");
  if (dot === -1) return undefined;
  const extension = path.slice(dot);
  return languages.find(({ extensions }) => extensions.includes(extension));
}
