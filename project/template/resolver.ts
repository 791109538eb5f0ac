// Intrinsic functions of a template, as far as this machine can know what they give.

import { exampleAccountId } from "../../lambda/account.ts";
import { functionArn, layerArn } from "../../lambda/arns.ts";
import { namePattern } from "../../lambda/names.ts";
import { conditionHolds } from "./conditions.ts";
import { intrinsicOf, isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";

export interface TemplateResolver {
  readonly template: TemplateMap;
  readonly region: string;
  /** The value without intrinsic functions; undefined for `AWS::NoValue`. */
  resolve(value: TemplateValue | undefined): TemplateValue | undefined;
  /** The name a function resource has on this machine: its FunctionName, else its logical id. */
  functionName(logicalId: string): string;
  /** What was resolved to a name that stands in for what only AWS knows; emptied by the call. */
  takeUnknown(): string[];
}

/** Deeper than any template; one that refers to itself would have no end. */
const maximumDepth = 100;

export function createResolver(
  template: TemplateMap,
  region: string,
  stackName: string,
): TemplateResolver {
  const resources = member(template, "Resources");
  const parameters = member(template, "Parameters");
  let unknown: string[] = [];
  let depth = 0;

  const pseudoParameters: Readonly<Record<string, TemplateValue | undefined>> = {
    "AWS::AccountId": exampleAccountId,
    "AWS::NoValue": undefined,
    "AWS::NotificationARNs": [],
    "AWS::Partition": region.startsWith("cn-") ? "aws-cn" : "aws",
    "AWS::Region": region,
    "AWS::StackId": `arn:aws:cloudformation:${region}:${exampleAccountId}:stack/${stackName}/local`,
    "AWS::StackName": stackName,
    "AWS::URLSuffix": region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com",
  };

  /** The name stands in, and the caller says so. */
  function standIn(name: string, expression: string): string {
    if (!unknown.includes(expression)) unknown.push(expression);
    return name;
  }

  function reference(name: string): TemplateValue | undefined {
    if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
    const parameter = parameters[name];
    if (isMapValue(parameter)) {
      const { Default: value, Type: type } = parameter;
      // The default of such a parameter is a name in AWS's parameter store, not the value.
      const isKnown = value !== undefined && !String(type).startsWith("AWS::SSM::");
      if (!isKnown) return standIn(name, `!Ref ${name}`);
      return isList(type) && typeof value === "string"
        ? value.split(",").map((item) => item.trim())
        : value;
    }
    const resource = resources[name];
    if (isFunctionResource(resource)) return functionName(name);
    if (isLayerResource(resource)) return declaredLayerArn(name, region);
    return physicalName(resource) ?? standIn(name, `!Ref ${name}`);
  }

  function attribute(name: string, path: string): string {
    if (path === "Arn" && isFunctionResource(resources[name])) {
      return functionArn({ region, accountId: exampleAccountId }, functionName(name));
    }
    return standIn(`${name}.${path}`, `!GetAtt ${name}.${path}`);
  }

  function functionName(logicalId: string): string {
    // A name that is not known is not used, so there is nothing to say of it.
    const before = unknown;
    unknown = [];
    const given = resolve(member(resources[logicalId], "Properties").FunctionName);
    unknown = before;
    return typeof given === "string" && namePattern.test(given) ? given : logicalId;
  }

  /** The name a resource is given in the template, where `Ref` gives that name. */
  function physicalName(resource: TemplateValue | undefined): string | undefined {
    if (!isMapValue(resource)) return undefined;
    const property = namesByType[String(resource.Type)];
    const name = property && resolve(member(resource, "Properties")[property]);
    return typeof name === "string" ? name : undefined;
  }

  function substitute(argument: TemplateValue): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument];
    return String(text).replaceAll(/\$\{([^}]*)\}/g, (whole, expression: string) => {
      if (expression.startsWith("!")) return `\${${expression.slice(1)}}`;
      const name = expression.trim();
      const given = isMapValue(variables) ? variables[name] : undefined;
      if (given !== undefined) return asText(resolve(given));
      if (Object.hasOwn(pseudoParameters, name)) return asText(pseudoParameters[name]);
      const dot = name.indexOf(".");
      const value = dot === -1 ? reference(name) : attribute(...splitAt(name, dot));
      return value === undefined ? whole : asText(value);
    });
  }

  function apply(name: string, argument: TemplateValue): TemplateValue | undefined {
    const list = Array.isArray(argument) ? argument : [argument];
    switch (name) {
      case "Ref":
        return reference(String(argument));
      case "Fn::Sub":
        return substitute(argument);
      case "Fn::GetAtt": {
        const [logicalId, ...path] = list.length > 1 ? list : String(list[0]).split(".");
        return attribute(String(logicalId), path.map((step) => asText(resolve(step))).join("."));
      }
      case "Fn::If":
        return resolve(
          conditionHolds(String(list[0]), template, resolve) ? list[1] : (list[2] ?? null),
        );
      case "Fn::Join": {
        const parts = resolve(list[1]);
        const items = Array.isArray(parts) ? parts : [parts ?? null];
        return items.map(asText).join(asText(resolve(list[0])));
      }
      case "Fn::Split":
        return asText(resolve(list[1])).split(asText(resolve(list[0])));
      case "Fn::Select": {
        const items = resolve(list[1]);
        const item = Array.isArray(items) ? items[Number(resolve(list[0]))] : undefined;
        return item ?? standIn("", `!Select ${JSON.stringify(argument)}`);
      }
      case "Fn::FindInMap": {
        const [map, top, second] = list.map((step) => asText(resolve(step)));
        const found = member(member(template, "Mappings")[map ?? ""], top ?? "")[second ?? ""];
        return found === undefined
          ? standIn(`${map}.${top}.${second}`, `!FindInMap ${map}.${top}.${second}`)
          : resolve(found);
      }
      case "Fn::Base64":
        return Buffer.from(asText(resolve(argument))).toString("base64");
      case "Fn::ToJsonString":
        return JSON.stringify(resolve(argument) ?? null);
      case "Fn::Length": {
        const items = resolve(argument);
        return Array.isArray(items) ? items.length : 0;
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
    template,
    region,
    resolve,
    functionName,
    takeUnknown() {
      const taken = unknown;
      unknown = [];
      return taken;
    },
  };
}

/** Where `Ref` gives the name and the template may set it. */
const namesByType: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Kinesis::Stream": "Name",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SSM::Parameter": "Name",
  "AWS::Serverless::SimpleTable": "TableName",
};

export function isFunctionResource(resource: TemplateValue | undefined): boolean {
  const type = isMapValue(resource) ? resource.Type : undefined;
  return type === "AWS::Serverless::Function" || type === "AWS::Lambda::Function";
}

export function isLayerResource(resource: TemplateValue | undefined): boolean {
  const type = isMapValue(resource) ? resource.Type : undefined;
  return type === "AWS::Serverless::LayerVersion" || type === "AWS::Lambda::LayerVersion";
}

/** What `Ref` gives of a layer that is declared in the template. */
export function declaredLayerArn(logicalId: string, region: string): string {
  return layerArn({ region, accountId: exampleAccountId }, logicalId, 1);
}

/** A member that is a map, or an empty one. */
export function member(value: TemplateValue | undefined, name: string): TemplateMap {
  const inner = isMapValue(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isMapValue(inner) ? inner : {};
}

export function asText(value: TemplateValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function isList(type: TemplateValue | undefined): boolean {
  return type === "CommaDelimitedList" || String(type).startsWith("List<");
}

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}
