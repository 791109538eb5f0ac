// One function of a template: its properties as Lambda has them.

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Architecture, architectures } from "../../lambda/architectures.ts";
import { capacityProviderArnPattern, isArn } from "../../lambda/arns.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { nearestLanguageRuntime, nodeRuntimes, osOnlyRuntime } from "../../lambda/runtimes.ts";
import {
  type DeclaredFunction,
  type DeclaredRuntime,
  declaredRuntimes,
  makeDeclaredFunction,
} from "../declared-function.ts";
import { statPath } from "../stat-path.ts";
import { readEventInvoke } from "./event-invoke.ts";
import { inlineFolder } from "./inline-code.ts";
import { mergeGlobals } from "./merge-globals.ts";
import { isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";
import {
  type Properties,
  type PropertyProblem,
  readProperties,
  type UnknownProperty,
} from "./properties.ts";
import type { TemplateResolver } from "./resolver.ts";
import { asText, member } from "./resources.ts";
import { assetPath, codePlace, isZip } from "./template-code.ts";
import { unreadProperties } from "./unread-properties.ts";
import { readUrl } from "./url.ts";

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
  /** Sentences to print after the function's name. */
  readonly warnings: readonly string[];
  /** Values for which names stand in. */
  readonly unknown: readonly UnknownProperty[];
  /** Names of properties that have no effect on this machine. */
  readonly withoutEffect: readonly string[];
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
  const merged = propertiesOf(resource, resolver);
  const properties = readProperties(merged, resolver);
  const { problems } = properties;
  const warnings: string[] = [];
  const notHere = (reason: string) => ({
    problems: [],
    warnings: [`left out: ${reason}`],
    unknown: [],
    withoutEffect: [],
  });

  if (properties.text("PackageType") === "Image" || merged.ImageUri !== undefined) {
    return notHere("it is a container image; run it in a container.");
  }
  const codeName = isServerless(resource) ? "CodeUri" : "Code";
  const inline = properties.text("InlineCode") ?? zipFile(merged.Code, properties);
  const written =
    inline &&
    inlineFolder(inline, {
      name: logicalId,
      runtime: properties.text("Runtime") ?? "",
      template: file,
    });
  if (inline !== undefined && !written) {
    return notHere(
      "its code is in the template itself; put it into a file, and name its folder by CodeUri.",
    );
  }
  const code = codePlace(
    written || (assetPath(resource, codeName) ?? properties.value(codeName)),
    dirname(file),
  );
  if ("elsewhere" in code) {
    return notHere(`${code.elsewhere}; to run it here, name a folder beside the template.`);
  }
  if (isZip(code.path)) {
    return notHere(`its code is the zip file ${code.path}; unpack it, and name the folder.`);
  }
  // A single file is what SAM would put into the package.
  const isFile = statPath(code.path)?.isFile() === true;
  const root = isFile ? dirname(code.path) : code.path;
  const runtime = chooseRuntime(properties.text("Runtime"), properties, warnings);
  if (runtime === undefined && problems.length === 0) {
    return notHere(
      `${properties.text("Runtime")} is not available on this machine; a script in any language runs with Runtime: ${osOnlyRuntime}.`,
    );
  }
  const name = resolver.functionName(logicalId);
  const given = properties.text("FunctionName");
  if (given !== undefined && given !== name) {
    warnings.push(`FunctionName ${given} is not a valid name; here it is ${name}.`);
  }
  const knownBefore = properties.unknown.length;
  const environment = readEnvironment(properties);
  const standIns = new Set(properties.unknown.slice(knownBefore).map(({ name }) => name));
  const required = {
    name,
    handler: readHandler(properties, root),
    root,
    runtime: runtime ?? lambdaDefaults.runtime,
    memory: properties.number("MemorySize") ?? lambdaDefaults.memory,
    timeout: properties.number("Timeout") ?? lambdaDefaults.timeout,
    environment,
    layers: readLayers(properties, context, warnings),
    source,
  };
  const alias = isServerless(resource) ? properties.text("AutoPublishAlias") : undefined;
  const eventInvoke = readEventInvoke(properties, "EventInvokeConfig");
  const declared = makeDeclaredFunction(required, {
    logicalId: name === logicalId ? undefined : logicalId,
    alias,
    versions: alias === undefined ? undefined : 1,
    aliases: alias === undefined ? undefined : { [alias]: "1" },
    url: readUrl(properties, "FunctionUrlConfig"),
    aliasUrls: undefined,
    eventInvoke: eventInvoke && [{ ...eventInvoke, ...(alias && { qualifier: alias }) }],
    logFormat: properties.oneOf(["Text", "JSON"], "LoggingConfig", "LogFormat"),
    applicationLogLevel: properties.oneOf(
      ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"],
      "LoggingConfig",
      "ApplicationLogLevel",
    ),
    systemLogLevel: properties.oneOf(["DEBUG", "INFO", "WARN"], "LoggingConfig", "SystemLogLevel"),
    capacityProvider: readCapacityProvider(properties),
    maxConcurrency: readMaxConcurrency(merged, properties, warnings),
    snapStart: properties.text("SnapStart", "ApplyOn") === "PublishedVersions" ? true : undefined,
    reservedConcurrency: properties.number("ReservedConcurrentExecutions"),
    ephemeralStorage: properties.number("EphemeralStorage", "Size"),
    architecture: readArchitecture(properties),
    standIns: standIns.size > 0 ? [...standIns] : undefined,
  });
  const { withoutEffect, misspelt } = unreadProperties(Object.keys(merged));
  warnings.push(...misspelt);
  // An invalid name has been reported already.
  const unknown = properties.unknown.filter((property) => property.name !== "FunctionName");
  const found = { problems, warnings, unknown, withoutEffect };
  return problems.length > 0 ? found : { ...found, declared };
}

function zipFile(code: TemplateValue | undefined, { text }: Properties): string | undefined {
  return isMapValue(code) && code.ZipFile !== undefined ? text("Code", "ZipFile") : undefined;
}

function isServerless(resource: TemplateMap): boolean {
  return resource.Type === "AWS::Serverless::Function";
}

/** Merged with Globals, except for what `IgnoreGlobals` names. */
function propertiesOf(resource: TemplateMap, { template }: TemplateResolver): TemplateMap {
  const own = member(resource, "Properties");
  if (!isServerless(resource)) return own;
  const { IgnoreGlobals: ignored } = resource;
  if (ignored === "*") return own;
  const names = Array.isArray(ignored) ? ignored.map(asText) : [];
  const globals = Object.entries(member(member(template, "Globals"), "Function")).filter(
    ([name]) => !names.includes(name),
  );
  return mergeGlobals(Object.fromEntries(globals), own) as TemplateMap;
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
  // Newer Node is compatible enough to try; the older runtimes are deprecated (AWS: "Lambda
  // runtimes").
  if (/^nodejs\d+\.x$/.test(runtime)) {
    warnings.push(`${runtime} is not available on this machine; ${nodeRuntimes[0]} is used.`);
    return nodeRuntimes[0];
  }
  const other = nearestLanguageRuntime(runtime);
  if (other !== undefined)
    warnings.push(`${runtime} is not available on this machine; ${other} is used.`);
  return other;
}

function readHandler({ text, problems }: Properties, root: string): string {
  const handler = text("Handler");
  if (handler !== undefined) return handler;
  if (existsSync(join(root, "bootstrap"))) return "bootstrap";
  const message = "is missing; write a file name (hello.ts) or FILE.EXPORT (index.handler)";
  problems.push({ path: ["Handler"], message });
  return "";
}

/** A variable that is AWS::NoValue does not exist; one without a value is empty. */
function readEnvironment({ names, text, value }: Properties): Record<string, string> {
  const path = ["Environment", "Variables"];
  const variables = names(...path).flatMap((name) =>
    value(...path, name) === undefined ? [] : [[name, text(...path, name) ?? ""] as const],
  );
  return Object.fromEntries(variables);
}

/** ARNs, layers of the template, and (only here, not in SAM) folders and zip files. */
function readLayers(
  { texts }: Properties,
  { layers, source, file }: TemplateContext,
  warnings: string[],
): string[] {
  return (texts("Layers") ?? []).flatMap((layer) => {
    const path = layers.get(layer);
    if (path !== undefined) return [path];
    if (isArn(layer)) return [layer];
    const own = resolve(dirname(file), layer);
    if (statPath(own) !== undefined) return [own];
    warnings.push(
      `its layer ${layer} is left out: ${source} has no such layer, and there is no such folder.`,
    );
    return [];
  });
}

/** Only if it is written out: one that the template itself makes has no ARN here. */
function readCapacityProvider({ text }: Properties): string | undefined {
  const given =
    text("CapacityProviderConfig", "Arn") ??
    text("CapacityProviderConfig", managedInstances, "CapacityProviderArn");
  return given !== undefined && capacityProviderArnPattern.test(given) ? given : undefined;
}

const managedInstances = "LambdaManagedInstancesCapacityProviderConfig";

// SAM writes the concurrency beside the provider, CloudFormation in a map of its own.
function readMaxConcurrency(
  merged: TemplateMap,
  { number }: Properties,
  warnings: string[],
): number | undefined {
  if (merged.CapacityProviderConfig === undefined) return undefined;
  const name = "PerExecutionEnvironmentMaxConcurrency";
  const given =
    number("CapacityProviderConfig", name) ??
    number("CapacityProviderConfig", managedInstances, name);
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
