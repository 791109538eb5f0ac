// Conditions of a template, with the parameters at their defaults.
import { intrinsicOf, isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";

type Resolve = (value: TemplateValue | undefined) => TemplateValue | undefined;

/** A condition that does not exist, or depends on itself, is false. */
export function conditionHolds(name: string, template: TemplateMap, resolve: Resolve): boolean {
  const conditions = isMapValue(template.Conditions) ? template.Conditions : {};
  /** Undefined while it is being evaluated. */
  const answers = new Map<string, boolean | undefined>();

  function named(condition: string): boolean {
    if (answers.has(condition)) return answers.get(condition) ?? false;
    if (!Object.hasOwn(conditions, condition)) return false;
    answers.set(condition, undefined);
    const holds = evaluate(conditions[condition]);
    answers.set(condition, holds);
    return holds;
  }

  function evaluate(value: TemplateValue | undefined): boolean {
    const found = intrinsicOf(value);
    if (found === undefined) return value === true || value === "true";
    const list = Array.isArray(found.argument) ? found.argument : [found.argument];
    switch (found.name) {
      case "Condition":
        return named(String(found.argument));
      case "Fn::Not":
        return !evaluate(list[0]);
      case "Fn::And":
        return list.every(evaluate);
      case "Fn::Or":
        return list.some(evaluate);
      case "Fn::Equals":
        return comparable(resolve(list[0])) === comparable(resolve(list[1]));
      default: {
        const resolved = resolve(value);
        return resolved === true || resolved === "true";
      }
    }
  }

  return named(name);
}

/** CloudFormation compares strings: `true` and "true" are equal. */
function comparable(value: TemplateValue | undefined): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
