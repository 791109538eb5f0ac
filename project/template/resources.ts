// The resources of a template, by their types.
import { isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";

/** Empty if it is not a resource. */
export function typeOf(resource: TemplateValue | undefined): string {
  return isMapValue(resource) && typeof resource.Type === "string" ? resource.Type : "";
}

export function isFunctionResource(resource: TemplateValue | undefined): boolean {
  return ["AWS::Serverless::Function", "AWS::Lambda::Function"].includes(typeOf(resource));
}

export function isLayerResource(resource: TemplateValue | undefined): boolean {
  return ["AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion"].includes(typeOf(resource));
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
