// Who runs a script: its shebang, else its extension, else the kernel (docs/conventions.md, section 2).

import { accessSync, constants, readdirSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { architectureOf, elfMagic, machineOf } from "../../lambda/architectures.ts";
import { HostError } from "../errors.ts";
import { interpretersByExtension, isNodeExtension } from "./extensions.ts";
import { findProgram } from "./find-program.ts";
import { envShebang, handedOnTo, parseShebang, readStart, type Shebang } from "./shebang.ts";

export type Interpreter =
  /** Node runs it: the host's own, whatever path or version the shebang has. */
  | { readonly kind: "node"; readonly nodeArgs: readonly string[]; readonly wantsTsx: boolean }
  /** `program ...args script` */
  | {
      readonly kind: "program";
      readonly program: string;
      readonly args: readonly string[];
      readonly assignments: Readonly<Record<string, string>>;
    }
  /** The kernel runs it. */
  | { readonly kind: "executable" };

/**
 * Decides who runs the script, once, at init. `path` is the PATH of the script's environment.
 * @throws HostError `Runtime.InterpreterNotFound` or `Runtime.NotExecutable`.
 */
export function chooseInterpreter(script: string, path: string): Interpreter {
  const start = readStartOf(script);
  const shebang = parseShebang(start);
  if (shebang !== undefined) return fromShebang(script, shebang, start, path);
  const extension = extname(script);
  if (isNodeExtension(extension)) {
    return { kind: "node", nodeArgs: [], wantsTsx: isJsx(script) };
  }
  const known = interpretersByExtension[extension];
  if (known !== undefined) {
    const [name, ...args] = known;
    const program = findProgram(name, path);
    if (program === undefined) {
      throw interpreterNotFound(
        script,
        { program: name, args },
        `its extension ${extension} asks for it`,
        path,
      );
    }
    return { kind: "program", program, args, assignments: {} };
  }
  if (!isExecutable(script)) throw notExecutable(script);
  refuseOtherProcessor(script, start);
  return { kind: "executable" };
}

export function notExecutable(script: string): HostError {
  return new HostError(
    "Runtime.NotExecutable",
    `${script} cannot be run: it has no known extension, no shebang and no executable bit. Add a first line such as "#!/bin/sh" or "#!/usr/bin/env python3", or chmod +x it if it is a compiled program.`,
  );
}

/** Whether a file can be a script at all: known extension, shebang, or executable bit. */
export function canBeScript(script: string): boolean {
  const extension = extname(script);
  return (
    isNodeExtension(extension) ||
    Object.hasOwn(interpretersByExtension, extension) ||
    isExecutable(script) ||
    parseShebang(readStartOf(script)) !== undefined
  );
}

function fromShebang(script: string, shebang: Shebang, start: Buffer, path: string): Interpreter {
  const node = nodeArguments(asEnvReads(shebang));
  if (node !== undefined) {
    // A file without an extension is TypeScript only for tsx.
    const plain =
      !isNodeExtension(extname(script)) && !/^node(?:js)?(?: |$)/.test(basename(shebang.program));
    return { kind: "node", nodeArgs: node, wantsTsx: plain || isJsx(script) };
  }
  const program = findProgram(shebang.program, path);
  if (program === undefined) {
    throw interpreterNotFound(script, shebang, "its first line asks for it", path);
  }
  refuseMissingRest(script, basename(program), start, path);
  return { kind: "program", program, args: shebang.args, assignments: shebang.assignments };
}

/** For env, `env npx tsx` is one name; for Node it means what it says, with or without `-S`. */
function asEnvReads(shebang: Shebang): Shebang {
  const [program = "", ...args] = shebang.program.split(/\s+/);
  if (args.length === 0 || !/^(?:node|nodejs|npx|tsx)$/.test(program)) return shebang;
  return { ...shebang, program, args };
}

const shells = ["sh", "bash", "dash", "ash"];

/** A shell that only passes the script on, by a header in a file of another language. */
function refuseMissingRest(script: string, shell: string, start: Buffer, path: string): void {
  const language = interpretersByExtension[extname(script)]?.[0];
  if (!shells.includes(shell) || language === undefined || shells.includes(language)) return;
  const name = handedOnTo(start);
  if (name === undefined || name.startsWith("$") || findProgram(name, path) !== undefined) return;
  throw interpreterNotFound(
    script,
    { program: name, args: [] },
    "its header hands it on to it",
    path,
  );
}

function isJsx(script: string): boolean {
  return /\.[jt]sx$/.test(script);
}

/**
 * The arguments for Node when the shebang means Node: `node`, `tsx`, `npx tsx`. If the script sets
 * variables with `env -S`, env runs it, so that Node has the variables from its first moment.
 */
function nodeArguments({ program, args, assignments }: Shebang): readonly string[] | undefined {
  if (Object.keys(assignments).length > 0) return undefined;
  const name = basename(program);
  if (name === "node" || name === "nodejs") {
    const own = args.flatMap((argument) => argument.split(/\s+/));
    return own.at(-1) === "--import=tsx"
      ? own.slice(0, -1)
      : own.at(-2) === "--import" && own.at(-1) === "tsx"
        ? own.slice(0, -2)
        : own;
  }
  if (name === "tsx") return argumentsOfTsx(args);
  if (name !== "npx") return undefined;
  const words = args.flatMap((argument) => argument.split(/\s+/));
  const tool = words.findIndex((word) => !/^(?:-y|--yes|--no|--no-install|-q|--quiet)$/.test(word));
  return words[tool] === "tsx" ? argumentsOfTsx(words.slice(tool + 1)) : undefined;
}

/** Undefined when there are words that tsx itself interprets, such as `watch` or `--tsconfig`. */
function argumentsOfTsx(args: readonly string[]): readonly string[] | undefined {
  const own = args.some((word) => !word.startsWith("-") || /^--(?:tsconfig|no-cache)\b/.test(word));
  return own ? undefined : args;
}

function interpreterNotFound(
  script: string,
  { program, args }: Pick<Shebang, "program" | "args">,
  reason: string,
  path: string,
): HostError {
  const elsewhere = program.includes("/") ? findProgram(basename(program), path) : undefined;
  const fix = program.includes(" ")
    ? `env takes that for one name: write #!/usr/bin/env -S ${program}.`
    : elsewhere === undefined
      ? `Bring it in a layer (/opt/bin), or put it on PATH (${path}).`
      : `It is at ${elsewhere}: write ${envShebang(program, args)}.`;
  return new HostError(
    "Runtime.InterpreterNotFound",
    `${script} cannot be run: ${program} is not installed, and ${reason}. ${fix}`,
  );
}

function readStartOf(script: string): Buffer {
  try {
    return readStart(script);
  } catch (error) {
    throw new HostError(
      "Runtime.NotExecutable",
      `${script} cannot be read: ${(error as Error).message}. In ${dirname(script)} are: ${readdirSync(dirname(script)).slice(0, 20).join(", ")}. Make the file readable for every user before it is zipped (chmod a+r).`,
      { cause: error },
    );
  }
}

function isExecutable(script: string): boolean {
  try {
    accessSync(script, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// The kernel refuses such a program, and execvp would give it to sh, which reports a syntax error.
function refuseOtherProcessor(script: string, start: Buffer): void {
  if (start.length < 20 || start.toString("latin1", 0, 4) !== elfMagic) return;
  const machine = machineOf(start.readUInt16LE(18));
  const here = architectureOf(process.arch);
  if (machine === here) return;
  throw new HostError(
    "Runtime.NotExecutable",
    `${script} was built for ${machine}, and this is ${here}. Build it for ${here}, or change the function's architecture.`,
  );
}
