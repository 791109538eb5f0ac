// The functions of an AWS SAM or CloudFormation template, run from their folders.

import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { ExpectedError } from "../../host/expected-error.ts";
import { regionOf } from "../../lambda/defaults.ts";
import { checkFunction, handlerDoubt } from "../check-function.ts";
import { configurationError, type Problem } from "../configuration-error.ts";
import type { DeclaredFunction, DeclaredFunctions, DeclaredUrl } from "../declared-function.ts";
import { functionName } from "../directory/function-name.ts";
import { placeOfPath } from "../source-place.ts";
import { conditionHolds } from "./conditions.ts";
import {
  isMapValue,
  type ParsedTemplate,
  parseTemplate,
  type TemplateMap,
} from "./parse-template.ts";
import { readProperties } from "./properties.ts";
import {
  createResolver,
  declaredLayerArn,
  isFunctionResource,
  isLayerResource,
  member,
  type TemplateResolver,
} from "./resolver.ts";
import { codePlace } from "./template-code.ts";
import {
  propertyNames,
  readUrl,
  type TemplateContext,
  templateFunction,
} from "./template-function.ts";

/**
 * Undefined when the file is YAML or JSON but no template: other tools name files so too.
 * @throws ExpectedError for everything that is wrong in the file.
 */
export async function declareTemplate(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<DeclaredFunctions | undefined> {
  const source = basename(file);
  const parsed = parseTemplate((await readFile(file, "utf8")).replace(/^\uFEFF/, ""), source);
  const template = parsed.value;
  if (!isMapValue(template) || !isTemplate(template)) return undefined;
  const region = regionOf(env);
  const resolver = createResolver(template, region, functionName(basename(dirname(file))));
  const warnings = parsed.doubles.map(
    ({ line }) =>
      `${source}: line ${line} has a name that its map has already; the last one counts.`,
  );
  const problems: Problem[] = [];
  const functions: DeclaredFunction[] = [];
  const context = { resolver, file, source, layers: readLayerPaths(resolver, file) };
  const urls = readUrls(parsed, resolver, problems);
  for (const [logicalId, resource] of Object.entries(member(template, "Resources"))) {
    const warn = (text: string) => warnings.push(`${source}: ${logicalId}: ${text}`);
    if (logicalId.startsWith("Fn::ForEach::")) {
      warn("what Fn::ForEach makes is left out; write the functions out to run them here.");
    }
    if (!isMapValue(resource) || isLeftOut(resource, resolver, warn)) continue;
    const declared = declare(logicalId, resource, context, { parsed, problems, warn, env });
    if (declared === undefined) continue;
    const url = declared.url ?? urls.get(declared.name);
    functions.push(url === undefined ? declared : { ...declared, url });
  }
  refuseSameNames(functions, problems);
  if (problems.length > 0) throw configurationError(source, problems);
  if (functions.length === 0) throw noFunctions(source, warnings);
  return { functions, kind: "template", source, warnings, files: [file] };
}

function isTemplate(template: TemplateMap): boolean {
  return (
    template.AWSTemplateFormatVersion !== undefined ||
    template.Transform !== undefined ||
    Object.values(member(template, "Resources")).some((resource) =>
      String(isMapValue(resource) && resource.Type).includes("::"),
    )
  );
}

/** Whether there is nothing to run, with a word to the user where that may surprise. */
function isLeftOut(
  resource: TemplateMap,
  resolver: TemplateResolver,
  warn: (text: string) => void,
): boolean {
  if (resource.Type === "AWS::Serverless::Application") {
    warn("a nested application is left out; run its own folder.");
    return true;
  }
  if (!isFunctionResource(resource)) return true;
  const condition = resource.Condition;
  if (typeof condition !== "string") return false;
  if (conditionHolds(condition, resolver.template, resolver.resolve)) return false;
  warn(`it is left out: with the parameters' defaults its condition ${condition} does not hold.`);
  return true;
}

interface Report {
  readonly parsed: ParsedTemplate;
  readonly problems: Problem[];
  readonly warn: (text: string) => void;
  readonly env: NodeJS.ProcessEnv;
}

function declare(
  logicalId: string,
  resource: TemplateMap,
  context: TemplateContext,
  { parsed, problems, warn, env }: Report,
): DeclaredFunction | undefined {
  const { declared, problems: found, warnings } = templateFunction(logicalId, resource, context);
  for (const warning of warnings) warn(warning);
  const report = (names: readonly string[], message: string) => {
    const place = placeOfPath(parsed, ["Resources", logicalId, "Properties", ...names]);
    problems.push({ place, message: `${[logicalId, ...names].join(".")}: ${message}` });
  };
  for (const { path, message } of found) report(path, message);
  if (declared === undefined) return undefined;
  for (const { member: name, step, message } of checkFunction(declared)) {
    const steps = [...(propertyNames[name] ?? []), ...(step === undefined ? [] : [String(step)])];
    report(steps, message);
  }
  const doubt = handlerDoubt(declared, env.PATH ?? "");
  if (doubt !== undefined) {
    const isBuilt = member(resource, "Metadata").BuildMethod !== undefined;
    warn(
      isBuilt ? `${doubt} Its BuildMethod makes it: build it first, and run that folder.` : doubt,
    );
  }
  return declared;
}

function readLayerPaths(resolver: TemplateResolver, file: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [logicalId, resource] of Object.entries(member(resolver.template, "Resources"))) {
    if (!isMapValue(resource) || !isLayerResource(resource)) continue;
    const properties = member(resource, "Properties");
    const place = codePlace(
      resolver.resolve(properties.ContentUri ?? properties.Content),
      dirname(file),
    );
    if ("path" in place) paths.set(declaredLayerArn(logicalId, resolver.region), place.path);
  }
  resolver.takeUnknown();
  return paths;
}

/** `AWS::Lambda::Url` resources by the name of their function. */
function readUrls(
  parsed: ParsedTemplate,
  resolver: TemplateResolver,
  problems: Problem[],
): Map<string, DeclaredUrl> {
  const urls = new Map<string, DeclaredUrl>();
  for (const [logicalId, resource] of Object.entries(member(resolver.template, "Resources"))) {
    if (!isMapValue(resource) || resource.Type !== "AWS::Lambda::Url") continue;
    const properties = readProperties(member(resource, "Properties"), resolver);
    const target = properties.text("TargetFunctionArn") ?? "";
    const url = readUrl(properties);
    for (const { path, message } of properties.problems) {
      const place = placeOfPath(parsed, ["Resources", logicalId, "Properties", ...path]);
      problems.push({ place, message: `${[logicalId, ...path].join(".")}: ${message}` });
    }
    if (url !== undefined) urls.set(target.split(":").at(-1) as string, url);
  }
  return urls;
}

function refuseSameNames(functions: readonly DeclaredFunction[], problems: Problem[]): void {
  const names = functions.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  for (const name of new Set(twice)) {
    problems.push({
      message: `two functions have the name ${name}; give them different FunctionNames`,
    });
  }
}

function noFunctions(source: string, warnings: readonly string[]): ExpectedError {
  const message =
    warnings.length === 0
      ? "there is no function in it; add a resource of the Type AWS::Serverless::Function, or name another directory"
      : `there is no function in it that can run here\n${warnings.join("\n")}`;
  return configurationError(source, [{ message }]);
}
