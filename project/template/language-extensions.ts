// Fn::ForEach of AWS::LanguageExtensions, written out (AWS: "CloudFormation template reference").
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look so
import { intrinsicOf, isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";

const loop = "Fn::ForEach::";

/**
 * As many members as a template can have resources (AWS: "CloudFormation quotas"), and some room.
 */
const maximumMembers = 5000;

/** What is wrong with a loop, by the path of names that leads to it. */
export interface LoopFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** `resolve` gives the collection of a loop: a list, or an expression for one. */
export function writeOutLoops(
  template: TemplateMap,
  resolve: (value: TemplateValue | undefined) => TemplateValue | undefined,
): { readonly template: TemplateMap; readonly faults: readonly LoopFault[] } {
  const faults: LoopFault[] = [];
  let members = 0;

  function write(value: TemplateValue, path: readonly string[]): TemplateValue {
    if (Array.isArray(value)) return value.map((item) => write(item, path));
    if (!isMapValue(value)) return value;
    const entries = Object.entries(value).flatMap(([name, inner]) =>
      name.startsWith(loop)
        ? repeat(inner, [...path, name])
        : [[name, write(inner, [...path, name])] as const],
    );
    return Object.fromEntries(entries) as TemplateMap;
  }

  function repeat(
    argument: TemplateValue,
    path: readonly string[],
  ): (readonly [string, TemplateValue])[] {
    const [identifier, collection, body] = Array.isArray(argument) ? argument : [];
    const items = resolve(collection);
    if (typeof identifier !== "string" || !Array.isArray(items) || !isMapValue(body)) {
      const message =
        "its loop cannot be read; write [Identifier, [value, …], { name: … }], and give the parameter of its list a value";
      faults.push({ path, message });
      return [];
    }
    return items.flatMap((item) => {
      if (typeof item === "object" || faults.length > 0) return [];
      const written = write(replace(body, identifier, String(item)), path);
      members += Object.keys(written as TemplateMap).length;
      if (members > maximumMembers) {
        faults.push({ path, message: `its loops make more than ${maximumMembers} members` });
      }
      return Object.entries(written as TemplateMap);
    });
  }

  const written = write(template, []) as TemplateMap;
  return { template: written, faults };
}

/** `${Name}` is the value, `&{Name}` its letters and digits; both may be in names, too. */
function replace(value: TemplateValue, identifier: string, item: string): TemplateValue {
  if (typeof value === "string") {
    return value
      .replaceAll(`\${${identifier}}`, () => item)
      .replaceAll(`&{${identifier}}`, () => item.replaceAll(/[^a-zA-Z0-9]/g, ""));
  }
  if (Array.isArray(value)) return value.map((inner) => replace(inner, identifier, item));
  if (!isMapValue(value)) return value;
  const found = intrinsicOf(value);
  if (found?.name === "Ref" && found.argument === identifier) return item;
  const entries = Object.entries(value).map(
    ([name, inner]) =>
      [replace(name, identifier, item) as string, replace(inner, identifier, item)] as const,
  );
  return Object.fromEntries(entries) as TemplateMap;
}
