// The functions that a command asks for, out of those that are declared.
import { type ExpectedError, incorrectUsage } from "../host/expected-error.ts";
import { nearest } from "../host/nearest.ts";
import { checkFunction } from "./check-function.ts";
import type { DeclaredFunction, DeclaredFunctions } from "./declared-function.ts";
import { declareHandler } from "./directory/declare-on-demand.ts";

/**
 * By name, or by handler; all of them if none is named. `search` is the PATH of the scripts.
 * @throws ExpectedError
 */
export function selectFunctions(
  { functions, faults, source }: DeclaredFunctions,
  asked: readonly string[],
  root: string,
  search: string | undefined,
): readonly DeclaredFunction[] {
  const refused = faults.filter(({ name }) => asked.length === 0 || asked.includes(name));
  if (refused.length > 0) throw incorrectUsage(refused.map(({ message }) => message));
  if (asked.length === 0 && functions.length === 0) {
    throw incorrectUsage(`${source} has no functions`, {
      remedy: "Put a script there, such as hello.ts, or name the folder that has some: --root DIR",
    });
  }
  if (asked.length === 0) return functions;
  const found = asked.map((name) => {
    const one = functions.find((declared) => declared.name === name || isFile(declared, name));
    if (one !== undefined) return one;
    const onDemand = declareHandler(root, name, search ?? "");
    if (onDemand !== undefined) return onDemand;
    throw unknown(name, source, functions);
  });
  return [...new Map(found.map((declared) => [declared.name, declared])).values()];
}

function unknown(
  name: string,
  source: string,
  functions: readonly DeclaredFunction[],
): ExpectedError {
  const names = functions.map((declared) => declared.name);
  const [near] = nearest(name, names, 1);
  if (near === undefined)
    return incorrectUsage(`${source} has no function ${name}, and no other function`);
  return incorrectUsage(`${source} has no function ${name}. Did you mean ${near}?`, {
    remedy: `Its functions: ${names.join(", ")}`,
  });
}

function isFile({ source, handler }: DeclaredFunction, name: string): boolean {
  return source === name || handler === name;
}

/** @throws ExpectedError for what Lambda would refuse, before anything is built or sent. */
export function requireDeployable(declared: DeclaredFunction): void {
  const faults = checkFunction(declared);
  if (faults.length === 0) return;
  const lines = faults.map(({ member, step, message }) => {
    const where = step === undefined ? member : `${member}.${step}`;
    return `\n  ${where}: ${message}`;
  });
  throw incorrectUsage(
    `${declared.name} (${declared.source}) cannot be deployed:${lines.join("")}`,
  );
}
