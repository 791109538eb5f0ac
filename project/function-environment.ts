// `--env-vars FILE`: variables by function, in SAM's format (AWS: "sam local invoke").
import { basename } from "node:path";
import { configurationError } from "./configuration-error.ts";
import type { DeclaredFunction, DeclaredFunctions } from "./declared-function.ts";
import { describeJsonFault } from "./describe-json-fault.ts";
import { readText } from "./read-text.ts";

/** The key for the variables of every function. */
const everyFunction = "Parameters";

type Variables = Readonly<Record<string, unknown>>;

/**
 * As with SAM, only variables that a function declares get another value; a name that no function
 * has is reported once.
 * @throws ExpectedError when the file is not an object of objects.
 */
export async function withEnvironmentFile(
  declared: DeclaredFunctions,
  file: string,
): Promise<DeclaredFunctions> {
  const source = basename(file);
  const byFunction = await readVariables(file);
  const warnings: string[] = [];
  const used = new Set<string>();
  const functions = declared.functions.map((one) => {
    const names = [everyFunction, one.logicalId ?? one.name, one.name];
    const given: Variables = Object.assign({}, ...names.map((name) => byFunction.get(name)));
    for (const name of Object.keys(given)) if (name in one.environment) used.add(name);
    const standIns = one.standIns?.filter((name) => !Object.hasOwn(given, name));
    return { ...one, environment: overridden(one, given), ...(standIns && { standIns }) };
  });
  const known = declared.functions.flatMap(({ name, logicalId = name }) => [name, logicalId]);
  for (const [name, variables] of byFunction) {
    if (name !== everyFunction && !known.includes(name)) {
      warnings.push(`${source}: there is no function ${name}; its variables are not used.`);
      continue;
    }
    const unused = Object.keys(variables).filter((variable) => !used.has(variable));
    if (unused.length > 0) {
      warnings.push(
        `${source}: ${name}: not used, as no function declares it: ${unused.join(", ")}. Declare it in ${declared.source}, or give it with --env NAME=VALUE.`,
      );
    }
  }
  return {
    ...declared,
    functions,
    warnings: [...declared.warnings, ...warnings],
    files: [...declared.files, file],
  };
}

function overridden({ environment }: DeclaredFunction, given: Variables): Record<string, string> {
  const entries = Object.entries(environment).map(
    ([name, value]) => [name, Object.hasOwn(given, name) ? asText(given[name]) : value] as const,
  );
  return Object.fromEntries(entries);
}

function asText(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

async function readVariables(file: string): Promise<Map<string, Variables>> {
  const source = basename(file);
  const json = await readText(file).catch((cause: Error) => {
    throw configurationError(file, [{ message: `it cannot be read: ${cause.message}` }], { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    const fault = describeJsonFault(json);
    const message = `it is not valid JSON: ${fault?.text ?? (cause as Error).message}`;
    throw configurationError(source, [{ place: fault?.place, message }], { cause: cause as Error });
  }
  const wrong = isObject(value) ? Object.entries(value).find(([, own]) => !isObject(own)) : [""];
  if (wrong !== undefined) {
    const what = wrong[0] === "" ? "it" : wrong[0];
    const message = `${what} must be an object of variables, as in { "hello": { "TABLE": "test" } }; "Parameters" in the place of a name holds for every function`;
    throw configurationError(source, [{ message }]);
  }
  return new Map(Object.entries(value as Record<string, Variables>));
}

function isObject(value: unknown): value is Variables {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
