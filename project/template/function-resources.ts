// Resources that belong to a function but are declared separately: versions, aliases, URLs,
// retries.
import { functionNamePattern } from "../../lambda/arns.ts";
import type { DeclaredFunction } from "../declared-function.ts";
import { readEventInvoke } from "./event-invoke.ts";
import { isMapValue, type TemplateMap } from "./parse-template.ts";
import { type Properties, type PropertyProblem, readProperties } from "./properties.ts";
import type { TemplateResolver } from "./resolver.ts";
import { member, typeOf } from "./resources.ts";
import { readUrl } from "./url.ts";

export interface FunctionResourceReport {
  problem(logicalId: string, problem: PropertyProblem): void;
  warn(logicalId: string, text: string): void;
  isLeftOut(logicalId: string, resource: TemplateMap): boolean;
}

type Add = (declared: DeclaredFunction, properties: Properties) => DeclaredFunction;

/** The property that names the function, and what the resource adds to it. */
const kinds: Readonly<Record<string, readonly [target: string, add: Add]>> = {
  "AWS::Lambda::Version": [
    "FunctionName",
    (declared) => ({ ...declared, versions: (declared.versions ?? 0) + 1 }),
  ],
  "AWS::Lambda::Alias": ["FunctionName", addAlias],
  "AWS::Lambda::Url": ["TargetFunctionArn", addUrl],
  "AWS::Lambda::EventInvokeConfig": ["FunctionName", addEventInvoke],
};

export function addFunctionResources(
  functions: readonly DeclaredFunction[],
  resolver: TemplateResolver,
  { problem, warn, isLeftOut }: FunctionResourceReport,
): DeclaredFunction[] {
  const byName = new Map(functions.map((declared) => [declared.name, declared]));
  const resources = Object.entries(member(resolver.template, "Resources"));
  // An alias may come before the version that it names.
  const order = Object.keys(kinds);
  const sorted = resources
    .filter(([, resource]) => Object.hasOwn(kinds, typeOf(resource)))
    .toSorted(([, a], [, b]) => order.indexOf(typeOf(a)) - order.indexOf(typeOf(b)));
  for (const [logicalId, resource] of sorted) {
    const [targetProperty, add] = kinds[typeOf(resource)] as (typeof kinds)[string];
    if (!isMapValue(resource) || isLeftOut(logicalId, resource)) continue;
    const properties = readProperties(member(resource, "Properties"), resolver);
    const name = nameOf(properties.text(targetProperty));
    const declared = byName.get(name ?? "");
    // Nothing to do for a function that is left out, or is elsewhere.
    if (declared === undefined) continue;
    const added = add(declared, properties);
    for (const found of properties.problems) problem(logicalId, found);
    for (const { name, expression } of properties.unknown) {
      warn(logicalId, `only AWS knows ${name} (${expression}).`);
    }
    if (properties.problems.length === 0) byName.set(declared.name, added);
  }
  return [...byName.values()];
}

/** Of a name or an ARN, with a qualifier or without. */
function nameOf(target: string | undefined): string | undefined {
  return functionNamePattern.exec(target ?? "")?.groups?.name;
}

function addAlias(declared: DeclaredFunction, { text, problems }: Properties): DeclaredFunction {
  const name = text("Name");
  const version = text("FunctionVersion");
  if (name === undefined) problems.push({ path: ["Name"], message: "is missing" });
  if (version === undefined) problems.push({ path: ["FunctionVersion"], message: "is missing" });
  if (name === undefined || version === undefined) return declared;
  const number = version.split(":").at(-1) as string;
  const isKnown = number === "$LATEST" || Number(number) <= (declared.versions ?? 0);
  return {
    ...declared,
    // A version that was published by hand does not exist here: the current code is served.
    aliases: { ...declared.aliases, [name]: isKnown ? number : "$LATEST" },
  };
}

function addUrl(declared: DeclaredFunction, properties: Properties): DeclaredFunction {
  const url = readUrl(properties);
  const qualifier = properties.text("Qualifier");
  if (url === undefined) return declared;
  if (qualifier === undefined) return { ...declared, url: declared.url ?? url };
  return { ...declared, aliasUrls: { ...declared.aliasUrls, [qualifier]: url } };
}

function addEventInvoke(declared: DeclaredFunction, properties: Properties): DeclaredFunction {
  const settings = readEventInvoke(properties);
  const qualifier = properties.text("Qualifier");
  const one = { ...settings, ...(qualifier && qualifier !== "$LATEST" && { qualifier }) };
  return { ...declared, eventInvoke: [...(declared.eventInvoke ?? []), one] };
}
