// The values of Ref and Fn::GetAtt, as far as this machine can know them.
import { exampleAccountId } from "../../lambda/account.ts";
import { functionArn, functionNamePattern, layerArn } from "../../lambda/arns.ts";
import { namePattern } from "../../lambda/names.ts";
import { isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";
import { isFunctionResource, isLayerResource, member, typeOf } from "./resources.ts";

export interface ReferenceContext {
  readonly template: TemplateMap;
  readonly region: string;
  readonly stackName: string;
  /** The values of parameters that override the defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  resolve(value: TemplateValue | undefined): TemplateValue | undefined;
  /** The result of an expression whose value only AWS knows. */
  standIn(name: string, expression: string): string;
  /** The same for a parameter without a value. */
  missingParameter(name: string): string;
  /** Runs it without recording what only AWS knows. */
  quietly<Type>(work: () => Type): Type;
}

export interface References {
  readonly pseudoParameters: Readonly<Record<string, TemplateValue | undefined>>;
  /** `path` follows the first dot of the name, for what SAM makes of a function. */
  reference(name: string): TemplateValue | undefined;
  attribute(name: string, path: string): string;
  /** The name a function resource has on this machine: its FunctionName, else its logical id. */
  functionName(logicalId: string): string;
}

export function createReferences(context: ReferenceContext): References {
  const { template, region, stackName, parameters, resolve, standIn } = context;
  const resources = member(template, "Resources");
  const declared = member(template, "Parameters");
  const home = { region, accountId: exampleAccountId };
  const isChina = region.startsWith("cn-");

  const pseudoParameters: References["pseudoParameters"] = {
    "AWS::AccountId": exampleAccountId,
    "AWS::NoValue": undefined,
    "AWS::NotificationARNs": [],
    "AWS::Partition": isChina ? "aws-cn" : "aws",
    "AWS::Region": region,
    "AWS::StackId": `arn:aws:cloudformation:${region}:${exampleAccountId}:stack/${stackName}/local`,
    "AWS::StackName": stackName,
    "AWS::URLSuffix": isChina ? "amazonaws.com.cn" : "amazonaws.com",
  };

  function reference(name: string): TemplateValue | undefined {
    if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
    if (Object.hasOwn(declared, name)) return parameterValue(name, declared[name]);
    const [logicalId = "", part] = name.split(".", 2);
    const resource = resources[logicalId];
    if (part !== undefined) return generatedArn(logicalId, part) ?? standIn(name, `!Ref ${name}`);
    if (isFunctionResource(resource)) return functionName(name);
    if (isLayerResource(resource)) return layerArn(home, name, 1);
    return lambdaArn(name) ?? physicalName(resource) ?? standIn(name, `!Ref ${name}`);
  }

  function parameterValue(
    name: string,
    parameter: TemplateValue | undefined,
  ): TemplateValue | undefined {
    const type = isMapValue(parameter) ? String(parameter.Type) : "";
    // The value of such a parameter is a name in AWS's parameter store.
    if (type.startsWith("AWS::SSM::")) return standIn(name, `!Ref ${name}`);
    const given = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const value = given ?? (isMapValue(parameter) ? parameter.Default : undefined);
    if (value === undefined || value === null) return context.missingParameter(name);
    return isList(type) && typeof value === "string"
      ? value.split(",").map((item) => item.trim())
      : value;
  }

  function attribute(name: string, path: string): string {
    const resource = resources[name];
    if (path === "Arn" && isFunctionResource(resource))
      return functionArn(home, functionName(name));
    if (path === "LayerVersionArn" && isLayerResource(resource)) return layerArn(home, name, 1);
    if (path === "Arn" && isLayerResource(resource)) return layerArn(home, name, 1);
    const known =
      path === "Version" && typeOf(resource) === "AWS::Lambda::Version"
        ? String(versionNumber(name))
        : generatedArn(name, path);
    return known ?? standIn(`${name}.${path}`, `!GetAtt ${name}.${path}`);
  }

  /** `Hello.Alias` and `Hello.Version`: what SAM makes of AutoPublishAlias. */
  function generatedArn(logicalId: string, path: string): string | undefined {
    const resource = resources[logicalId];
    if (!isFunctionResource(resource)) return undefined;
    const alias = resolve(member(resource, "Properties").AutoPublishAlias ?? globalAlias());
    if (typeof alias !== "string") return undefined;
    if (path === "Version.Version") return "1";
    const qualifier = { Alias: alias, Version: "1" }[path];
    return qualifier && functionArn(home, functionName(logicalId), qualifier);
  }

  function globalAlias(): TemplateValue | undefined {
    return member(member(template, "Globals"), "Function").AutoPublishAlias;
  }

  /** What `Ref` gives of a version, an alias or a URL that is a resource of its own. */
  function lambdaArn(logicalId: string): string | undefined {
    const resource = resources[logicalId];
    const properties = member(resource, "Properties");
    switch (typeOf(resource)) {
      case "AWS::Lambda::Version":
        return qualifiedArn(properties.FunctionName, String(versionNumber(logicalId)));
      case "AWS::Lambda::Alias": {
        const name = resolve(properties.Name);
        return qualifiedArn(properties.FunctionName, typeof name === "string" ? name : undefined);
      }
      case "AWS::Lambda::Url": {
        const qualifier = resolve(properties.Qualifier);
        const name = typeof qualifier === "string" ? qualifier : undefined;
        return qualifiedArn(properties.TargetFunctionArn, name);
      }
      default:
        return undefined;
    }
  }

  function qualifiedArn(target: TemplateValue | undefined, qualifier: string | undefined) {
    const name = resolve(target);
    if (typeof name !== "string") return undefined;
    const arn = name.startsWith("arn:") ? name : functionArn(home, name);
    return qualifier === undefined ? arn : `${arn}:${qualifier}`;
  }

  /** Versions of a function count in the order of the template, after the one of AutoPublishAlias. */
  function versionNumber(logicalId: string): number {
    const target = (id: string) => {
      const given = resolve(member(resources[id], "Properties").FunctionName);
      return functionNamePattern.exec(String(given))?.groups?.name;
    };
    const ofSame = Object.keys(resources).filter(
      (id) => typeOf(resources[id]) === "AWS::Lambda::Version" && target(id) === target(logicalId),
    );
    return ofSame.indexOf(logicalId) + 1;
  }

  function functionName(logicalId: string): string {
    // An unknown name is not used, so there is nothing to report.
    const given = context.quietly(() =>
      resolve(member(resources[logicalId], "Properties").FunctionName),
    );
    return typeof given === "string" && namePattern.test(given) ? given : logicalId;
  }

  /** The name of a resource in the template, if `Ref` returns that name. */
  function physicalName(resource: TemplateValue | undefined): string | undefined {
    const property = namesByType[typeOf(resource)];
    const name = property && resolve(member(resource, "Properties")[property]);
    return typeof name === "string" ? name : undefined;
  }

  return { pseudoParameters, reference, attribute, functionName };
}

/** For resources for which `Ref` returns the name and the template may set it. */
const namesByType: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Kinesis::Stream": "Name",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SSM::Parameter": "Name",
  "AWS::Serverless::SimpleTable": "TableName",
};

function isList(type: string): boolean {
  return type === "CommaDelimitedList" || type.startsWith("List<");
}
