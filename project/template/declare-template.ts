// The functions of an AWS SAM or CloudFormation template, run from their folders.

import { basename, dirname } from "node:path";
import type { ExpectedError } from "../../host/expected-error.ts";
import { nearest } from "../../host/nearest.ts";
import { exampleAccountId } from "../../lambda/account.ts";
import { layerArn } from "../../lambda/arns.ts";
import { regionOf } from "../../lambda/defaults.ts";
import { checkFunction, handlerDoubt } from "../check-function.ts";
import { configurationError, type Problem, problemLine } from "../configuration-error.ts";
import type { DeclaredFunction, DeclaredFunctions, FunctionFault } from "../declared-function.ts";
import { functionName } from "../directory/function-name.ts";
import { readText } from "../read-text.ts";
import { placeOfPath } from "../source-place.ts";
import { conditionHolds } from "./conditions.ts";
import { addFunctionResources } from "./function-resources.ts";
import { writeOutLoops } from "./language-extensions.ts";
import { createNotes, enumerate, type Notes } from "./notes.ts";
import {
  isMapValue,
  type ParsedTemplate,
  parseTemplate,
  type TemplateMap,
} from "./parse-template.ts";
import type { UnknownProperty } from "./properties.ts";
import { createResolver, type TemplateResolver } from "./resolver.ts";
import { isFunctionResource, isLayerResource, member, typeOf } from "./resources.ts";
import { assetPath, codePlace } from "./template-code.ts";
import { propertyNames, type TemplateContext, templateFunction } from "./template-function.ts";

export interface TemplateOptions {
  /** The values of parameters, over their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The names among them that the template must have. */
  readonly required?: readonly string[];
  /** What `AWS::StackName` is. @default the name of the template's folder */
  readonly stackName?: string | undefined;
}

/**
 * Undefined when the file is YAML or JSON but not a template: other tools use such names too.
 * @throws ExpectedError when nothing in it can be served.
 */
export async function declareTemplate(
  file: string,
  env: NodeJS.ProcessEnv,
  { parameters, required = [], stackName }: TemplateOptions = { parameters: {} },
): Promise<DeclaredFunctions | undefined> {
  const source = basename(file);
  const parsed = parseTemplate(await readText(file), source);
  if (!isMapValue(parsed.value) || !isTemplate(parsed.value)) return undefined;
  requireParameters(required, Object.keys(member(parsed.value, "Parameters")), source);
  const options = {
    region: regionOf(env),
    stackName: stackName ?? functionName(basename(dirname(file))),
    parameters,
  };
  const loops = createResolver(parsed.value, options);
  const { template, faults: loopFaults } = writeOutLoops(parsed.value, loops.resolve);
  const resolver = createResolver(template, options);
  const report = createReport(parsed, source, resolver);
  for (const { path, message } of loopFaults) report.fault(path.at(-1) ?? "", path, message);

  const context = { resolver, file, source, layers: readLayerPaths(resolver, file) };
  const declared: DeclaredFunction[] = [];
  for (const [logicalId, resource] of Object.entries(member(template, "Resources"))) {
    if (typeOf(resource) === "AWS::Serverless::Application") {
      report.notes.add(logicalId, "left out: it is a nested application; serve its own folder.");
    }
    if (!isMapValue(resource) || !isFunctionResource(resource)) continue;
    if (report.isLeftOut(logicalId, resource)) continue;
    const one = declare(logicalId, resource, context, report, env);
    if (one === undefined) continue;
    if (declared.some(({ name }) => name === one.name)) {
      const message = `two functions have the name ${one.name}; give them different FunctionNames`;
      report.fault(one.name, ["Resources", logicalId, "Properties", "FunctionName"], message);
    } else declared.push(one);
  }
  const functions = addFunctionResources(declared, resolver, {
    problem: (logicalId, { path, message }) =>
      report.fault(logicalId, ["Resources", logicalId, "Properties", ...path], message),
    warn: report.notes.add,
    isLeftOut: report.isLeftOut,
  });
  const warnings = report.warnings();
  if (functions.length === 0) throw nothingToServe(source, report.problems, warnings);
  return { functions, kind: "template", source, warnings, faults: report.faults(), files: [file] };
}

function requireParameters(asked: readonly string[], known: readonly string[], source: string) {
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const [near] = nearest(unknown, known, 1);
  const hint = near === undefined ? "It has none." : `Did you mean ${near}?`;
  throw configurationError(source, [{ message: `it has no parameter ${unknown}. ${hint}` }]);
}

interface Report {
  readonly notes: Notes;
  readonly problems: Problem[];
  /** Something is wrong with a resource; everything else is served. */
  fault(name: string, path: readonly string[], message: string): void;
  faults(): FunctionFault[];
  /** Values that names stand in for. */
  unknown(logicalId: string, found: readonly UnknownProperty[]): void;
  withoutEffect(names: readonly string[]): void;
  /** Whether its condition is false, with a note to the user. */
  isLeftOut(logicalId: string, resource: TemplateMap): boolean;
  /** Each message once, however many functions it applies to. */
  warnings(): string[];
}

function createReport(parsed: ParsedTemplate, source: string, resolver: TemplateResolver): Report {
  const notes = createNotes();
  const awsOnly = createNotes();
  const withoutValue = new Set<string>();
  const withoutEffect = new Set<string>();
  const problems: Problem[] = [];
  const faults: FunctionFault[] = [];

  function unknown(logicalId: string, found: readonly UnknownProperty[]): void {
    for (const { kind, name, expression } of found) {
      if (kind === "parameter") withoutValue.add(expression);
      else awsOnly.add(logicalId, `${name} = ${expression}`);
    }
  }

  function* lines(): Generator<string> {
    for (const { line } of parsed.doubles) {
      yield `line ${line} repeats a key of its map; the last one counts.`;
    }
    if (parsed.secondDocument !== undefined) {
      yield `a second YAML document begins in line ${parsed.secondDocument.line}; it is not read, and SAM and CloudFormation refuse such a file.`;
    }
    yield* notes.lines();
    if (withoutValue.size > 0) {
      const [first] = withoutValue;
      const names = [...withoutValue].join(", ");
      const [subject, verb] =
        withoutValue.size === 1
          ? ["parameter", "has no value, and its name stands"]
          : ["parameters", "have no value, and their names stand"];
      yield `the ${subject} ${names} ${verb} in for it. Give one with --parameter-overrides ${first}=VALUE, in samconfig.toml, or as a Default.`;
    }
    const expressions = awsOnly.lines().map((line) => {
      const [ids, ...expression] = line.split(": ");
      return `${expression.join(": ")} (${ids})`;
    });
    if (expressions.length > 0) {
      yield `only AWS knows some values, and names stand in for them: ${enumerate(expressions, 20)}. Set the real ones with --env-vars FILE or --env NAME=VALUE.`;
    }
    if (withoutEffect.size > 0) {
      yield `not used on this machine: ${[...withoutEffect].sort().join(", ")}.`;
    }
  }

  return {
    notes,
    problems,
    unknown,
    withoutEffect(names) {
      for (const name of names) withoutEffect.add(name);
    },
    fault(name, path, message) {
      const place = placeOfPath(parsed, path);
      const shown = path.filter((step) => step !== "Resources" && step !== "Properties");
      const problem = { place, message: `${shown.join(".")}: ${message}` };
      problems.push(problem);
      faults.push({ name, message: problemLine(source, problem) });
    },
    faults: () => faults,
    isLeftOut(logicalId, { Condition: condition }) {
      if (typeof condition !== "string") return false;
      const holds = conditionHolds(condition, resolver.template, resolver.resolve);
      unknown(
        logicalId,
        resolver.takeUnknown().map((found) => ({ ...found, name: `condition ${condition}` })),
      );
      if (!holds) {
        notes.add(
          logicalId,
          `left out: with these parameters its condition ${condition} does not hold.`,
        );
      }
      return !holds;
    },
    warnings: () => [...lines()].map((line) => `${source}: ${line}`),
  };
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

function declare(
  logicalId: string,
  resource: TemplateMap,
  context: TemplateContext,
  report: Report,
  env: NodeJS.ProcessEnv,
): DeclaredFunction | undefined {
  const found = templateFunction(logicalId, resource, context);
  for (const warning of found.warnings) report.notes.add(logicalId, warning);
  report.unknown(logicalId, found.unknown);
  report.withoutEffect(found.withoutEffect);
  const fault = (names: readonly string[], message: string) =>
    report.fault(
      context.resolver.functionName(logicalId),
      ["Resources", logicalId, "Properties", ...names],
      message,
    );
  for (const { path, message } of found.problems) fault(path, message);
  const { declared } = found;
  if (declared === undefined) return undefined;
  const refused = checkFunction(declared);
  for (const { member: name, step, message } of refused) {
    fault([...(propertyNames[name] ?? []), ...(step === undefined ? [] : [String(step)])], message);
  }
  if (refused.length > 0) return undefined;
  const doubt = handlerDoubt(declared, env.PATH ?? "");
  if (doubt !== undefined) {
    const isBuilt = member(resource, "Metadata").BuildMethod !== undefined;
    report.notes.add(
      logicalId,
      isBuilt ? `${doubt} Its BuildMethod makes it: build first, and serve what was built.` : doubt,
    );
  }
  return declared;
}

function readLayerPaths(resolver: TemplateResolver, file: string): Map<string, string> {
  const paths = new Map<string, string>();
  const home = { region: resolver.region, accountId: exampleAccountId };
  for (const [logicalId, resource] of Object.entries(member(resolver.template, "Resources"))) {
    if (!isMapValue(resource) || !isLayerResource(resource)) continue;
    const property = typeOf(resource) === "AWS::Lambda::LayerVersion" ? "Content" : "ContentUri";
    const content = member(resource, "Properties")[property];
    const place = codePlace(
      assetPath(resource, property) ?? resolver.resolve(content),
      dirname(file),
    );
    if ("path" in place) paths.set(layerArn(home, logicalId, 1), place.path);
  }
  resolver.takeUnknown();
  return paths;
}

function nothingToServe(
  source: string,
  problems: readonly Problem[],
  warnings: readonly string[],
): ExpectedError {
  if (problems.length > 0) return configurationError(source, problems);
  const message =
    warnings.length === 0
      ? "it has no function; add a resource of the Type AWS::Serverless::Function, or name another directory"
      : `it has no function that can run here\n${warnings.join("\n")}`;
  return configurationError(source, [{ message }]);
}
