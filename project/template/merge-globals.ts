// Globals under a function's own properties (AWS: "Globals section of the AWS SAM template").
import { intrinsicOf, isMapValue, type TemplateValue } from "./parse-template.ts";

/** Maps are merged, lists appended to the global one, and everything else is replaced. */
export function mergeGlobals(
  global: TemplateValue | undefined,
  own: TemplateValue | undefined,
): TemplateValue | undefined {
  if (global === undefined) return own;
  if (own === undefined) return global;
  if (Array.isArray(global) && Array.isArray(own)) return [...global, ...own];
  const areMaps = isMapValue(global) && isMapValue(own);
  if (!areMaps || intrinsicOf(global) || intrinsicOf(own)) return own;
  const merged: Record<string, TemplateValue> = { ...global };
  for (const [key, value] of Object.entries(own)) {
    merged[key] = mergeGlobals(global[key], value) as TemplateValue;
  }
  return merged;
}
