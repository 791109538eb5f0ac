// What Lambda would refuse in a function, whichever file declared it; reported before the first
// event.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { HostError } from "../host/errors.ts";
import { resolveHandler } from "../host/handler/resolve.ts";
import { createRoots } from "../host/handler/roots.ts";
import { languageProgram } from "../host/languages/interpreter.ts";
import { managedLanguage } from "../host/languages/managed.ts";
import { readSettings } from "../host/settings.ts";
import {
  capacityProviderArnPattern,
  isArn,
  layerVersionArnForm,
  parseLayerVersionArn,
} from "../lambda/arns.ts";
import {
  environmentConcurrency,
  maximumEnvironmentBytes,
  maximumHandlerLength,
  maximumLayers,
  memory,
  storage,
  timeout,
} from "../lambda/limits.ts";
import { nameForm, namePattern, variablePattern } from "../lambda/names.ts";
import { reservedVariables } from "../lambda/reserved-variables.ts";
import { isLanguageRuntime } from "../lambda/runtimes.ts";
import type { DeclaredFunction } from "./declared-function.ts";
import { statPath } from "./stat-path.ts";

type Member = keyof DeclaredFunction;

export interface Fault {
  readonly member: Member;
  /** The variable's name or the layer's index. */
  readonly step?: string | number;
  readonly message: string;
}

/** Managed Instances allow more memory. */
const ranges: Partial<Record<Member, { minimum: number; maximum: number; unit: string }>> = {
  memory: { minimum: memory.minimum, maximum: memory.managedMaximum, unit: "MB" },
  timeout: { ...timeout, unit: "seconds" },
  ephemeralStorage: { ...storage, unit: "MB" },
  maxConcurrency: { ...environmentConcurrency, unit: "invocations" },
  reservedConcurrency: { minimum: 0, maximum: 1_000_000, unit: "environments" },
};

/** Everything that is wrong, in the order of the record's members. */
export function checkFunction(declared: DeclaredFunction): Fault[] {
  return [
    ...checkName(declared),
    ...checkHandler(declared),
    ...checkRoot(declared),
    ...checkRanges(declared),
    ...checkEnvironment(declared),
    ...checkLayers(declared),
    ...checkCapacityProvider(declared),
  ];
}

function* checkName({ name }: DeclaredFunction): Generator<Fault> {
  if (namePattern.test(name)) return;
  yield {
    member: "name",
    message: `${JSON.stringify(name)} is not a name for a function; use ${nameForm}`,
  };
}

function* checkHandler({ handler }: DeclaredFunction): Generator<Fault> {
  if (handler !== "" && handler.length <= maximumHandlerLength && !/\s/.test(handler)) return;
  yield {
    member: "handler",
    message: `${JSON.stringify(handler)} is not a handler; write a file name or FILE.EXPORT without white space, at most ${maximumHandlerLength} characters`,
  };
}

function* checkCapacityProvider({ capacityProvider }: DeclaredFunction): Generator<Fault> {
  if (capacityProvider === undefined || capacityProviderArnPattern.test(capacityProvider)) return;
  yield {
    member: "capacityProvider",
    message: `${JSON.stringify(capacityProvider)} is not the ARN of a capacity provider; write arn:aws:lambda:REGION:ACCOUNT:capacity-provider:NAME`,
  };
}

function* checkRoot({ root }: DeclaredFunction): Generator<Fault> {
  const stats = statPath(root);
  if (stats?.isDirectory()) return;
  yield {
    member: "root",
    message: `${root} ${stats ? "is not a folder" : "does not exist"}; name the folder the handler is in`,
  };
}

function* checkRanges(declared: DeclaredFunction): Generator<Fault> {
  for (const [name, range] of Object.entries(ranges)) {
    const member = name as Member;
    const value = declared[member] as number | undefined;
    if (value === undefined) continue;
    if (Number.isInteger(value) && value >= range.minimum && value <= range.maximum) continue;
    yield {
      member,
      message: `${value} is not possible; write a whole number of ${range.unit} from ${range.minimum} to ${range.maximum}`,
    };
  }
}

function* checkEnvironment({ environment }: DeclaredFunction): Generator<Fault> {
  const member = "environment";
  for (const [name, value] of Object.entries(environment)) {
    if (Object.hasOwn(reservedVariables, name)) {
      yield {
        member,
        step: name,
        message: `${name} is reserved: Lambda sets it itself; leave it out`,
      };
    } else if (!variablePattern.test(name)) {
      yield {
        member,
        step: name,
        message: `${JSON.stringify(name)} is not a name for a variable on Lambda; use two or more letters, digits and _, a letter first`,
      };
    } else if (value.includes("\0")) {
      yield { member, step: name, message: "a variable cannot hold NUL; encode the value" };
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes > maximumEnvironmentBytes) {
    yield {
      member,
      message: `the variables take ${bytes} bytes, and Lambda allows ${maximumEnvironmentBytes}; move the large ones into a file`,
    };
  }
  try {
    readSettings(environment);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const [name] = /^STDLAMBDA_\w+/.exec(error.message) ?? [];
    yield { member, ...(name === undefined ? {} : { step: name }), message: error.message };
  }
}

function* checkLayers({ layers }: DeclaredFunction): Generator<Fault> {
  const member = "layers";
  if (layers.length > maximumLayers) {
    yield {
      member,
      message: `there are ${layers.length} layers, and Lambda allows ${maximumLayers}; put some of them together`,
    };
  }
  for (const [step, layer] of layers.entries()) {
    if (isArn(layer)) {
      if (parseLayerVersionArn(layer) !== undefined) continue;
      yield {
        member,
        step,
        message: `${layer} is not the ARN of a layer version; write ${layerVersionArnForm}`,
      };
      continue;
    }
    const stats = statPath(layer);
    if (stats?.isDirectory() || (stats?.isFile() && layer.endsWith(".zip"))) continue;
    yield {
      member,
      step,
      message: `${layer} ${stats ? "is neither a folder nor a .zip file" : "does not exist"}; name a folder with the layer's content, a zip of it, or a layer's ARN`,
    };
  }
}

/**
 * Why the handler would not be found, in one line, or undefined. Only a warning: the file may be
 * made later, and the function's own runtime may read a handler as it likes.
 */
export function handlerDoubt(declared: DeclaredFunction, path: string): string | undefined {
  const { handler, root, runtime, layers } = declared;
  if (layers.length > 0 || existsSync(join(root, "bootstrap"))) return undefined;
  try {
    // Without layers: only the function's folder counts.
    const roots = createRoots(root, root);
    const settings = readSettings(declared.environment);
    const managed = isLanguageRuntime(runtime) ? managedLanguage(runtime) : undefined;
    const resolved = resolveHandler(handler, { roots, settings, path, managed }).handler;
    // Which version there is for a runtime of AWS's, is looked up when it is called.
    if (resolved.kind === "language" && managed === undefined)
      languageProgram(resolved.path, resolved.language, path);
    return undefined;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const lines = error.message.split("\n").filter((line) => !line.startsWith("  "));
    return lines.join(" ").replace(" Tried, in this order:", "").replace(` or ${root}`, "");
  }
}
