// The properties of one resource, resolved on demand, and what is wrong with them.
import { intrinsicOf, isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";
import type { TemplateResolver, Unknown } from "./resolver.ts";
import { asText } from "./resources.ts";

export interface PropertyProblem {
  /** The names of the members, from the properties on. */
  readonly path: readonly string[];
  readonly message: string;
}

export interface Properties {
  /** Undefined if the property does not exist. */
  value(...path: string[]): TemplateValue | undefined;
  /** Undefined for null, too. */
  text(...path: string[]): string | undefined;
  /** Strings of digits are numbers too: a parameter's value is a string. */
  number(...path: string[]): number | undefined;
  flag(...path: string[]): boolean | undefined;
  texts(...path: string[]): readonly string[] | undefined;
  /** The names in a map, without resolving its values. */
  names(...path: string[]): readonly string[];
  map(...path: string[]): Readonly<Record<string, TemplateValue>> | undefined;
  oneOf<const Value extends string>(values: readonly Value[], ...path: string[]): Value | undefined;
  readonly problems: PropertyProblem[];
  /** The name that stands in for a value. */
  readonly unknown: UnknownProperty[];
}

export interface UnknownProperty extends Unknown {
  /** The last name of the path: a property, or a variable. */
  readonly name: string;
}

export function readProperties(properties: TemplateMap, resolver: TemplateResolver): Properties {
  const problems: PropertyProblem[] = [];
  const unknown: UnknownProperty[] = [];

  /** Maps made by an intrinsic function are resolved on the way. */
  function find(path: readonly string[]): TemplateValue | undefined {
    let found: TemplateValue | undefined = properties;
    for (const step of path) {
      const map: TemplateValue | undefined = intrinsicOf(found) ? resolver.resolve(found) : found;
      if (!isMapValue(map) || !Object.hasOwn(map, step)) return undefined;
      found = map[step];
    }
    return found;
  }

  function value(...path: string[]): TemplateValue | undefined {
    const resolved = resolver.resolve(find(path));
    const name = path.at(-1) ?? "";
    unknown.push(...resolver.takeUnknown().map((found) => ({ ...found, name })));
    return resolved;
  }

  function problem(path: readonly string[], message: string): undefined {
    problems.push({ path, message });
    return undefined;
  }

  function text(...path: string[]): string | undefined {
    const found = value(...path);
    if (found === undefined || found === null) return undefined;
    if (typeof found !== "object") return String(found);
    return problem(path, `must be a string, not ${asText(found)}`);
  }

  return {
    value,
    text,
    number(...path) {
      const found = text(...path);
      if (found === undefined) return undefined;
      const number = Number(found);
      if (found.trim() !== "" && Number.isFinite(number)) return number;
      return problem(path, `must be a number, not ${JSON.stringify(found)}`);
    },
    flag(...path) {
      const found = text(...path);
      if (found === undefined) return undefined;
      if (/^(?:true|false)$/i.test(found)) return found.toLowerCase() === "true";
      return problem(path, `must be true or false, not ${JSON.stringify(found)}`);
    },
    texts(...path) {
      const found = value(...path);
      if (found === undefined || found === null) return undefined;
      return (Array.isArray(found) ? found : [found]).map(asText);
    },
    names(...path) {
      const found = find(path);
      const map = intrinsicOf(found) ? resolver.resolve(found) : (found ?? {});
      if (isMapValue(map)) return Object.keys(map);
      problem(path, `must be a map of names and values, not ${asText(map)}`);
      return [];
    },
    map(...path) {
      const found = value(...path);
      if (found === undefined || found === null) return undefined;
      if (isMapValue(found)) return found;
      return problem(path, `must be a map of names and values, not ${asText(found)}`);
    },
    oneOf(values, ...path) {
      const found = text(...path);
      if (found === undefined) return undefined;
      const known = values.find((candidate) => candidate === found);
      if (known !== undefined) return known;
      const allowed = values.join(", ");
      return problem(
        path,
        `${JSON.stringify(found)} is not a possible value. Allowed: ${allowed}.`,
      );
    },
    problems,
    unknown,
  };
}
