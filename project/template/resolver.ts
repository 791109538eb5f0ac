// The values of a template without intrinsic functions, as far as this machine can know them.
import { conditionHolds } from "./conditions.ts";
import { intrinsicOf, isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";
import { createReferences } from "./references.ts";
import { asText, member } from "./resources.ts";

export interface ResolverOptions {
  readonly region: string;
  readonly stackName: string;
  /** The values of parameters that override the defaults. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The name that stands in for a value. */
export interface Unknown {
  readonly kind: "aws" | "parameter";
  /** `!Ref Table`, or the name of the parameter. */
  readonly expression: string;
}

export interface TemplateResolver extends ResolverOptions {
  readonly template: TemplateMap;
  /** The value without intrinsic functions; undefined for `AWS::NoValue`. */
  resolve(value: TemplateValue | undefined): TemplateValue | undefined;
  /** The name a function resource has on this machine: its FunctionName, else its logical id. */
  functionName(logicalId: string): string;
  /** Results in which a name stands in for a value; the call empties the list. */
  takeUnknown(): Unknown[];
}

/** Deeper than any template; one that refers to itself would never end. */
const maximumDepth = 100;

export function createResolver(template: TemplateMap, options: ResolverOptions): TemplateResolver {
  let unknown: Unknown[] = [];
  let depth = 0;

  /** The name stands in for the value, and the caller reports that. */
  function standIn(name: string, expression: string, kind: Unknown["kind"] = "aws"): string {
    if (!unknown.some((other) => other.expression === expression)) {
      unknown.push({ kind, expression });
    }
    return name;
  }

  const { pseudoParameters, reference, attribute, functionName } = createReferences({
    ...options,
    template,
    resolve,
    standIn,
    missingParameter: (name) => standIn(name, name, "parameter"),
    quietly(work) {
      const before = unknown;
      try {
        return work();
      } finally {
        unknown = before;
      }
    },
  });

  function substitute(argument: TemplateValue): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument];
    return asText(resolve(text)).replaceAll(/\$\{([^}]*)\}/g, (whole, expression: string) => {
      if (expression.startsWith("!")) return `\${${expression.slice(1)}}`;
      const name = expression.trim();
      if (isMapValue(variables) && Object.hasOwn(variables, name)) {
        return asText(resolve(variables[name]));
      }
      if (Object.hasOwn(pseudoParameters, name)) return asText(pseudoParameters[name]);
      const dot = name.indexOf(".");
      const value = dot === -1 ? reference(name) : attribute(...splitAt(name, dot));
      return value === undefined ? whole : asText(value);
    });
  }

  function findInMap(argument: TemplateValue): TemplateValue | undefined {
    const list = Array.isArray(argument) ? argument : [];
    const [map = "", top = "", second = ""] = list.slice(0, 3).map((step) => asText(resolve(step)));
    const row = member(member(member(template, "Mappings"), map), top);
    if (Object.hasOwn(row, second)) return resolve(row[second]);
    const [, , , options] = list;
    if (isMapValue(options) && "DefaultValue" in options) return resolve(options.DefaultValue);
    return standIn(`${map}.${top}.${second}`, `!FindInMap ${map}.${top}.${second}`);
  }

  function select(argument: TemplateValue): TemplateValue {
    const [index, values] = Array.isArray(argument) ? argument : [];
    const items = resolve(values);
    const item = Array.isArray(items) ? items[Number(resolve(index))] : undefined;
    return item ?? standIn("", `!Select ${JSON.stringify(argument)}`);
  }

  function apply(name: string, argument: TemplateValue): TemplateValue | undefined {
    const list = Array.isArray(argument) ? argument : [argument];
    switch (name) {
      case "Ref":
        return reference(asText(resolve(argument)));
      case "Condition":
        return conditionHolds(String(argument), template, resolve);
      case "Fn::Sub":
        return substitute(argument);
      case "Fn::GetAtt": {
        const [logicalId, ...path] = list.length > 1 ? list : String(list[0]).split(".");
        return attribute(String(logicalId), path.map((step) => asText(resolve(step))).join("."));
      }
      case "Fn::If":
        return resolve(conditionHolds(String(list[0]), template, resolve) ? list[1] : list[2]);
      case "Fn::Join": {
        const parts = resolve(list[1]);
        const items = Array.isArray(parts) ? parts : [parts ?? null];
        return items.map(asText).join(asText(resolve(list[0])));
      }
      case "Fn::Split":
        return asText(resolve(list[1])).split(asText(resolve(list[0])));
      case "Fn::Select":
        return select(argument);
      case "Fn::FindInMap":
        return findInMap(argument);
      case "Fn::Base64":
        return Buffer.from(asText(resolve(argument))).toString("base64");
      case "Fn::ToJsonString":
        return JSON.stringify(resolve(argument) ?? null);
      case "Fn::Length": {
        const items = resolve(argument);
        return Array.isArray(items) ? items.length : 0;
      }
      case "Fn::GetAZs": {
        const region = asText(resolve(argument)) || options.region;
        return ["a", "b", "c"].map((zone) => `${region}${zone}`);
      }
      case "Fn::ImportValue": {
        const exported = asText(resolve(argument));
        return standIn(exported, `!ImportValue ${exported}`);
      }
      default: {
        const short = name.replace("Fn::", "!");
        const inner = resolve(argument);
        return standIn(typeof inner === "string" ? inner : name, `${short} ${asText(inner)}`);
      }
    }
  }

  function resolve(value: TemplateValue | undefined): TemplateValue | undefined {
    if (depth >= maximumDepth) return standIn("", "a value that refers to itself");
    depth++;
    try {
      return resolveParts(value);
    } finally {
      depth--;
    }
  }

  function resolveParts(value: TemplateValue | undefined): TemplateValue | undefined {
    if (typeof value === "string" && value.includes("{{resolve:")) return standIn(value, value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      return value.map((item) => resolve(item)).filter((item) => item !== undefined);
    }
    const found = intrinsicOf(value);
    if (found) return apply(found.name, found.argument);
    const entries = Object.entries(value)
      .map(([key, inner]) => [key, resolve(inner)] as const)
      .filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(entries) as TemplateMap;
  }

  return {
    ...options,
    template,
    resolve,
    functionName,
    takeUnknown() {
      const taken = unknown;
      unknown = [];
      return taken;
    },
  };
}

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}
