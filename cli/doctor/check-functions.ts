// The functions of the folder: what Lambda would refuse, and which interpreters run them here and
// there.

import { delimiter, dirname, resolve } from "node:path";
import { missingInterpreter } from "../../build/function/checks/interpreter.ts";
import { carriageReturns } from "../../build/function/checks/line-ends.ts";
import { type HandlerEntry, handlerEntry } from "../../build/function/handler-entry.ts";
import { HostError } from "../../host/errors.ts";
import { ExpectedError } from "../../host/expected-error.ts";
import { findProgram } from "../../host/handler/find-program.ts";
import { topLevelAwaitFault } from "../../host/source/top-level-await.ts";
import { whyNodeCannotStrip } from "../../host/source/typescript.ts";
import { isLanguageRuntime } from "../../lambda/runtimes.ts";
import { languageRuntime } from "../../local/sandbox/language-runtime.ts";
import { checkFunction } from "../../project/check-function.ts";
import { declareFunctions } from "../../project/declare-functions.ts";
import type { DeclaredFunction, DeclaredFunctions } from "../../project/declared-function.ts";
import type { Finding } from "./finding.ts";

export async function checkFunctions(
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const folder = resolve(directory);
  let declared: DeclaredFunctions;
  try {
    declared = await declareFunctions(folder, env);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return error.problems.map((detail) => ({
      status: "fail",
      what: "functions",
      detail,
      remedy: "Correct the file; docs/configure.md says what it may hold",
    }));
  }
  const warnings = [
    ...declared.warnings.map((detail): Finding => ({ status: "warn", what: "functions", detail })),
    ...declared.faults.map(
      ({ name, message }): Finding => ({
        status: "fail",
        what: name,
        detail: message,
        remedy: `Correct it in ${declared.source}`,
      }),
    ),
  ];
  if (declared.functions.length === 0) {
    const detail = `${folder} has none`;
    const remedy = "Put a script there, or name another folder: stdlambda doctor DIR";
    return [...warnings, { status: "warn", what: "functions", detail, remedy }];
  }
  const path = [dirname(process.execPath), env.PATH].filter(Boolean).join(delimiter);
  const checked = declared.functions.map((one) => checkOne(one, { ...env, PATH: path }));
  return [...warnings, ...(await Promise.all(checked)).flat()];
}

async function checkOne(declared: DeclaredFunction, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const what = declared.name;
  const faults = checkFunction(declared).map(
    ({ member, step, message }): Finding => ({
      status: "fail",
      what,
      detail: `${step === undefined ? member : `${member}.${step}`}: ${message}`,
      remedy: `Correct it in ${declared.source}`,
    }),
  );
  if (faults.length > 0) return faults;
  let entry: HandlerEntry;
  try {
    entry = handlerEntry(declared);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const [detail = "", ...tried] = error.message.split("\n");
    const remedy =
      tried.at(-1)?.trim() || `stdlambda resolve ${declared.handler} lists what it tried`;
    return [{ status: "fail", what, detail, remedy }];
  }
  const fault = entry.kind === "node" ? awaitFault(declared, entry.file) : undefined;
  if (fault !== undefined) return [{ status: "fail", what, ...fault }];
  const runs = isLanguageRuntime(declared.runtime)
    ? await byInterpreter(declared, env)
    : here(declared, entry, env.PATH ?? "");
  return [runs, ...lineEnds(declared, entry), ...there(declared, entry)];
}

function awaitFault({ environment }: DeclaredFunction, file: string) {
  const mode = environment.STDLAMBDA_TYPESCRIPT;
  if (mode === "node" || (mode !== "tsx" && whyNodeCannotStrip(file) === undefined))
    return undefined;
  const [detail, remedy] = topLevelAwaitFault(file)?.split(". ") ?? [];
  return detail === undefined || remedy === undefined ? undefined : { detail, remedy };
}

function here(
  { name: what, handler }: DeclaredFunction,
  entry: HandlerEntry,
  path: string,
): Finding {
  const program = programOf(entry);
  if (program === undefined) return { status: "ok", what, detail: `${handler}, ${kindOf(entry)}` };
  const found = findProgram(program, path);
  if (found !== undefined) return { status: "ok", what, detail: `${handler}, run by ${found}` };
  return {
    status: "fail",
    what,
    detail: `${handler} is run by ${program}, which this machine does not have`,
    remedy: `Install ${program}, or correct the first line of the script`,
  };
}

/** Whether in the version that Lambda has, or in another one. */
async function byInterpreter(
  { name: what, handler, runtime, root }: DeclaredFunction,
  env: NodeJS.ProcessEnv,
): Promise<Finding> {
  const found = await languageRuntime(runtime, {
    opt: "/opt",
    env,
    directory: root,
    virtualEnvironment: env.VIRTUAL_ENV || undefined,
    wrap: (command) => command,
  });
  if (found?.version === undefined) {
    const detail = `${handler} is for ${runtime}, and no version of it is installed here`;
    return { status: "fail", what, detail, remedy: `Install ${runtime}` };
  }
  const [detail = "", remedy] = (found.note ?? `${handler}, run by ${runtime}`).split("; ");
  return remedy === undefined
    ? { status: "ok", what, detail }
    : { status: "warn", what, detail, remedy };
}

function lineEnds({ name, handler }: DeclaredFunction, entry: HandlerEntry): Finding[] {
  return warning(`line ends of ${name}`, carriageReturns(entry, handler));
}

function there(declared: DeclaredFunction, entry: HandlerEntry): Finding[] {
  return warning(`${declared.name} on Lambda`, missingInterpreter(entry, declared, "lambda"));
}

function warning(what: string, text: string | undefined): Finding[] {
  if (text === undefined) return [];
  const [detail = "", remedy] = text.split(/; (?=[^;]*$)/);
  return [{ status: "warn", what, detail, ...(remedy && { remedy }) }];
}

function programOf(entry: HandlerEntry): string | undefined {
  return entry.kind === "script" || entry.kind === "command" ? entry.program : undefined;
}

function kindOf(entry: HandlerEntry): string {
  if (entry.kind === "node") return entry.isScript ? "a script of Node" : "a function of Node";
  if (entry.kind === "own-runtime") return "for its own bootstrap";
  if (entry.kind === "elsewhere") return "expected in a layer";
  return entry.kind === "expression" ? "an expression" : "run by the kernel";
}
