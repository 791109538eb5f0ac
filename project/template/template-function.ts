// One function of a template: its properties as Lambda has them.

import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Architecture, architectures } from "../../lambda/architectures.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { nodeRuntimes, osOnlyRuntime } from "../../lambda/runtimes.ts";
import {
  type DeclaredFunction,
  type DeclaredRuntime,
  type DeclaredUrl,
  declaredRuntimes,
  makeDeclaredFunction,
} from "../declared-function.ts";
import { mergeGlobals } from "./merge-globals.ts";
import type { TemplateMap } from "./parse-template.ts";
import { type Properties, type PropertyProblem, readProperties } from "./properties.ts";
import { member, type TemplateResolver } from "./resolver.ts";
import { codePlace, isZip } from "./template-code.ts";

export interface TemplateContext {
  readonly resolver: TemplateResolver;
  /** Absolute path of the template. */
  readonly file: string;
  readonly source: string;
  /** Folders and zip files of the template's own layers by their ARN. */
  readonly layers: ReadonlyMap<string, string>;
}

export interface TemplateFunction {
  /** Undefined when it cannot run here, or when there are problems. */
  readonly declared?: DeclaredFunction;
  readonly problems: readonly PropertyProblem[];
  /** Sentences that begin with what is said of the function. */
  readonly warnings: readonly string[];
}

/** How the properties are written that a declared function has under another name. */
export const propertyNames: Partial<Record<keyof DeclaredFunction, readonly string[]>> = {
  name: ["FunctionName"],
  handler: ["Handler"],
  root: ["CodeUri"],
  memory: ["MemorySize"],
  timeout: ["Timeout"],
  environment: ["Environment", "Variables"],
  layers: ["Layers"],
  maxConcurrency: ["CapacityProviderConfig"],
  reservedConcurrency: ["ReservedConcurrentExecutions"],
  ephemeralStorage: ["EphemeralStorage", "Size"],
};

export function templateFunction(
  logicalId: string,
  resource: TemplateMap,
  context: TemplateContext,
): TemplateFunction {
  const { resolver, file, source } = context;
  const isServerless = resource.Type === "AWS::Serverless::Function";
  const globals = member(resolver.template, "Globals").Function;
  const own = member(resource, "Properties");
  const merged = (isServerless ? mergeGlobals(globals, own) : own) as TemplateMap;
  const properties = readProperties(merged, resolver);
  const { problems } = properties;
  const warnings: string[] = [];
  const notHere = (reason: string) => ({ problems: [], warnings: [`it is left out: ${reason}`] });

  if (properties.text("PackageType") === "Image" || merged.ImageUri !== undefined) {
    return notHere("it is an image, and this machine runs folders; run it in a container.");
  }
  if (merged.InlineCode !== undefined) {
    return notHere("its code stands in the template; put it into a file and name it by CodeUri.");
  }
  const code = codePlace(properties.value(isServerless ? "CodeUri" : "Code"), dirname(file));
  if ("elsewhere" in code) {
    return notHere(`${code.elsewhere}; name a folder beside the template to run it here.`);
  }
  if (isZip(code.path)) {
    return notHere(`its code is the zip file ${code.path}; unpack it and name the folder.`);
  }
  // A single file is what SAM would put into the package.
  const isFile = statSync(code.path, { throwIfNoEntry: false })?.isFile() === true;
  const root = isFile ? dirname(code.path) : code.path;
  const runtime = chooseRuntime(properties.text("Runtime"), properties, warnings);
  if (runtime === undefined && problems.length === 0) {
    return notHere(
      `there is no ${properties.text("Runtime")} on this machine; a script of any language runs with Runtime: ${osOnlyRuntime}.`,
    );
  }
  const name = resolver.functionName(logicalId);
  const given = properties.text("FunctionName");
  if (given !== undefined && given !== name) {
    warnings.push(`its FunctionName (${given}) is no name for a function; here it is ${name}.`);
  }
  const required = {
    name,
    handler: readHandler(properties, root),
    root,
    runtime: runtime ?? lambdaDefaults.runtime,
    memory: properties.number("MemorySize") ?? lambdaDefaults.memory,
    timeout: properties.number("Timeout") ?? lambdaDefaults.timeout,
    environment: readEnvironment(properties),
    layers: readLayers(properties, context, warnings),
    source,
  };
  const declared = makeDeclaredFunction(required, {
    url: readUrl(properties, "FunctionUrlConfig"),
    logFormat: properties.oneOf(["Text", "JSON"], "LoggingConfig", "LogFormat"),
    applicationLogLevel: properties.oneOf(
      ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"],
      "LoggingConfig",
      "ApplicationLogLevel",
    ),
    systemLogLevel: properties.oneOf(["DEBUG", "INFO", "WARN"], "LoggingConfig", "SystemLogLevel"),
    maxConcurrency: readMaxConcurrency(merged, properties, warnings),
    snapStart: properties.text("SnapStart", "ApplyOn") === "PublishedVersions" ? true : undefined,
    reservedConcurrency: properties.number("ReservedConcurrentExecutions"),
    ephemeralStorage: properties.number("EphemeralStorage", "Size"),
    architecture: readArchitecture(properties),
  });
  if (properties.unknown.length > 0) {
    warnings.push(
      `only AWS knows some values, and names stand in for them: ${properties.unknown.join(", ")}. Give the true ones with --env NAME=VALUE.`,
    );
  }
  return problems.length > 0 ? { problems, warnings } : { declared, problems, warnings };
}

function chooseRuntime(
  runtime: string | undefined,
  { problems }: Properties,
  warnings: string[],
): DeclaredRuntime | undefined {
  if (runtime === undefined) {
    const message = `is missing; write Runtime: ${osOnlyRuntime} for a script`;
    problems.push({ path: ["Runtime"], message });
    return undefined;
  }
  const known = declaredRuntimes.find((candidate) => candidate === runtime);
  if (known !== undefined) return known;
  // Node's are upward compatible enough to try; the older ones are deprecated (AWS: "Lambda runtimes").
  if (/^nodejs\d+\.x$/.test(runtime)) {
    warnings.push(`there is no ${runtime} on this machine; it is run as ${nodeRuntimes[0]}.`);
    return nodeRuntimes[0];
  }
  return undefined;
}

function readHandler({ text, problems }: Properties, root: string): string {
  const handler = text("Handler");
  if (handler !== undefined) return handler;
  if (existsSync(join(root, "bootstrap"))) return "bootstrap";
  const message = "is missing; write a file name (hello.ts) or FILE.EXPORT (index.handler)";
  problems.push({ path: ["Handler"], message });
  return "";
}

function readEnvironment({ names, text }: Properties): Record<string, string> {
  const path = ["Environment", "Variables"];
  return Object.fromEntries(names(...path).map((name) => [name, text(...path, name) ?? ""]));
}

function readLayers(
  { texts }: Properties,
  { layers, source }: TemplateContext,
  warnings: string[],
): string[] {
  return (texts("Layers") ?? []).flatMap((layer) => {
    const path = layers.get(layer);
    if (path !== undefined) return [path];
    if (layer.startsWith("arn:")) return [layer];
    warnings.push(`its layer ${layer} is left out: ${source} has no layer of that name here.`);
    return [];
  });
}

/** `AWS::Lambda::Url` has the same members as FunctionUrlConfig, with no name before them. */
export function readUrl(properties: Properties, ...path: string[]): DeclaredUrl | undefined {
  if (path.length > 0 && properties.map(...path) === undefined) return undefined;
  const authType = properties.oneOf(["NONE", "AWS_IAM"], ...path, "AuthType");
  const invokeMode = properties.oneOf(["BUFFERED", "RESPONSE_STREAM"], ...path, "InvokeMode");
  if (authType === undefined && properties.problems.length === 0) {
    const message = "is missing; write NONE or AWS_IAM";
    properties.problems.push({ path: [...path, "AuthType"], message });
  }
  const cors = readCors(properties, ...path, "Cors");
  return {
    authType: authType ?? "AWS_IAM",
    invokeMode: invokeMode ?? "BUFFERED",
    ...(cors === undefined ? {} : { cors }),
  };
}

function readCors(properties: Properties, ...path: string[]): DeclaredUrl["cors"] {
  const { flag, number, texts, map } = properties;
  if (map(...path) === undefined) return undefined;
  const lists = ["AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders"] as const;
  const entries = [
    ...lists.map((name) => [name, texts(...path, name)] as const),
    ["AllowCredentials", flag(...path, "AllowCredentials")] as const,
    ["MaxAge", number(...path, "MaxAge")] as const,
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

// SAM writes the concurrency beside the provider, CloudFormation in a map of its own.
function readMaxConcurrency(
  merged: TemplateMap,
  { number }: Properties,
  warnings: string[],
): number | undefined {
  if (merged.CapacityProviderConfig === undefined) return undefined;
  const name = "PerExecutionEnvironmentMaxConcurrency";
  const inner = "LambdaManagedInstancesCapacityProviderConfig";
  const given =
    number("CapacityProviderConfig", name) ?? number("CapacityProviderConfig", inner, name);
  if (given === undefined) {
    warnings.push(
      `its ${name} is not set, so one environment runs one invocation at a time here; Lambda chooses a number for it.`,
    );
  }
  return given;
}

function readArchitecture({ texts, problems }: Properties): Architecture | undefined {
  const [first] = texts("Architectures") ?? [];
  if (first === undefined) return undefined;
  const known = architectures.find((name) => name === first);
  if (known !== undefined) return known;
  const message = `${first} is not possible. Allowed: ${architectures.join(", ")}.`;
  problems.push({ path: ["Architectures"], message });
  return undefined;
}
