// The functions of stdlambda.config.json, .ts, .mjs or .js.
import { basename, dirname } from "node:path";
import { checkFunction, type Fault, handlerDoubt } from "../check-function.ts";
import type { Configuration } from "../configuration.ts";
import { configurationError, type Problem, problemLine } from "../configuration-error.ts";
import type { DeclaredFunction, DeclaredFunctions } from "../declared-function.ts";
import { describeJsonFault } from "../describe-json-fault.ts";
import { readText } from "../read-text.ts";
import { type ParsedSource, parseSource, placeOfOffset, placeOfPath } from "../source-place.ts";
import { configuredFunction } from "./configured-function.ts";
import { importConfiguration } from "./import-configuration.ts";
import { checkShape } from "./schema.ts";

interface ReadConfiguration {
  readonly value: unknown;
  readonly files: readonly string[];
  /** For the places of errors; only JSON has them. */
  readonly text?: ParsedSource;
}

/** How a member of a declared function is written in the file, if it has another name there. */
const memberPaths: Partial<Record<keyof DeclaredFunction, readonly string[]>> = { name: [] };

/** @throws ExpectedError for everything that is wrong in the file. */
export async function declareConfiguration(
  file: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<DeclaredFunctions> {
  const source = basename(file);
  const read: ReadConfiguration = file.endsWith(".json")
    ? await readJson(file)
    : await importConfiguration(file, env, signal);
  const checked = checkShape(read.value);
  if ("problems" in checked) {
    throw configurationError(
      source,
      checked.problems.map(({ path, message }) => problemAt(path, message, read.text)),
    );
  }
  const { configuration } = checked;
  const names = Object.keys(configuration.functions);
  if (names.length === 0) {
    const message =
      'there are no functions in it; write one as "functions": { "hello": "hello.ts" }';
    throw configurationError(source, [problemAt(["functions"], message, read.text)]);
  }
  const defaults = configuration.defaults ?? {};
  const from = { directory: dirname(file), source };
  const all = Object.entries(configuration.functions).map(([name, own]) =>
    configuredFunction(name, own, defaults, from),
  );
  const faulty = all.flatMap((declared) =>
    checkFunction(declared).map((fault) => ({
      name: declared.name,
      problem: problemAt(pathOf(declared.name, fault, configuration), fault.message, read.text),
    })),
  );
  const functions = all.filter((declared) => !faulty.some(({ name }) => name === declared.name));
  if (functions.length === 0) {
    throw configurationError(
      source,
      faulty.map(({ problem }) => problem),
    );
  }
  return {
    functions,
    kind: "configuration",
    source,
    warnings: functions.flatMap((declared) => {
      const doubt = handlerDoubt(declared, env.PATH ?? "");
      return doubt === undefined ? [] : [`${source}: functions.${declared.name}: ${doubt}`];
    }),
    faults: faulty.map(({ name, problem }) => ({ name, message: problemLine(source, problem) })),
    files: read.files,
  };
}

async function readJson(file: string): Promise<ReadConfiguration> {
  const source = basename(file);
  const text = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const fault = describeJsonFault(text);
    const message = `it is not valid JSON: ${fault?.text ?? (error as Error).message}`;
    throw configurationError(source, [{ place: fault?.place, message }], { cause: error });
  }
  const parsed = parseSource(text);
  // JSON.parse silently keeps the last of two functions of the same name.
  const twice = parsed.document.errors.filter(({ code }) => code === "DUPLICATE_KEY");
  if (twice.length > 0) {
    const problems = twice.map(({ pos }) => ({
      place: placeOfOffset(parsed, pos[0]),
      message: "the key occurs twice in the same object; keep one of them",
    }));
    throw configurationError(source, problems);
  }
  return { value, files: [file], text: parsed };
}

function problemAt(path: readonly PropertyKey[], message: string, text?: ParsedSource): Problem {
  const named = path.map(String).join(".");
  return {
    place: text && placeOfPath(text, path),
    message: named === "" ? message : `${named}: ${message}`,
  };
}

/** Where the value of an error was written: in the function itself, or in the defaults. */
function pathOf(name: string, fault: Fault, configuration: Configuration): PropertyKey[] {
  const { member, step } = fault;
  const own = configuration.functions[name];
  const rest = [...(memberPaths[member] ?? [member])];
  if (typeof own === "string") return ["functions", name];
  const inDefaults =
    own?.[member as keyof typeof own] === undefined &&
    configuration.defaults?.[member as keyof typeof configuration.defaults] !== undefined;
  const start = inDefaults ? ["defaults", ...rest] : ["functions", name, ...rest];
  return step === undefined || (member === "layers" && configuration.defaults?.layers)
    ? start
    : [...start, step];
}
