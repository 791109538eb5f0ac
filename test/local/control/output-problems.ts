// Compares what an operation answered with the output shape of AWS's service model.
import type { ShapeModel } from "../../../local/api-model/shape.ts";
import { shapeOf } from "../../../local/control/model.ts";

/**
 * Shapes whose lengths only AWS's own addresses have: a function URL is a host of its own there,
 * and here a path of the service.
 */
const anyLength = ["FunctionUrl"];

/** A function without code signing is answered without the members that the model requires. */
const mayBeEmpty = ["GetFunctionCodeSigningConfigResponse"];

/** What is wrong, each with its place; empty when the value is of the shape. */
export function outputProblems(shapeName: string, value: unknown, path = shapeName): string[] {
  const shape = shapeOf(shapeName);
  switch (shape.type) {
    case "structure":
      return structureProblems(shapeName, shape, value, path);
    case "list":
      if (!Array.isArray(value)) return [`${path} is no list`];
      return value.flatMap((item, index) =>
        outputProblems(shape.member ?? "", item, `${path}[${index}]`),
      );
    case "map":
      if (!isRecord(value)) return [`${path} is no map`];
      return Object.entries(value).flatMap(([key, item]) => [
        ...outputProblems(shape.key ?? "", key, `${path} key`),
        ...outputProblems(shape.value ?? "", item, `${path}.${key}`),
      ]);
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path} is no boolean`];
    case "integer":
    case "long":
      return Number.isInteger(value) ? [] : [`${path} is no integer`];
    case "double":
    case "timestamp":
      return typeof value === "number" ? [] : [`${path} is no number`];
    default:
      if (typeof value !== "string") return [`${path} is no string`];
      return stringProblems(shapeName, shape, value, path);
  }
}

function structureProblems(
  shapeName: string,
  { members = {}, required = [] }: ShapeModel,
  value: unknown,
  path: string,
): string[] {
  if (!isRecord(value)) return [`${path} is no structure`];
  if (mayBeEmpty.includes(shapeName) && Object.keys(value).length === 0) return [];
  const missing = required.filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const member = members[name];
      if (member === undefined) return [`${path}.${name} is not in the model`];
      return outputProblems(member.shape, item, `${path}.${name}`);
    }),
  ];
}

function stringProblems(
  shapeName: string,
  { pattern, enum: values, min = 0, max = Number.POSITIVE_INFINITY }: ShapeModel,
  value: string,
  path: string,
): string[] {
  const problems: string[] = [];
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
    problems.push(`${path} is '${value}', which does not match ${pattern}`);
  }
  if (values !== undefined && !values.includes(value)) {
    problems.push(`${path} is '${value}', which is none of ${values.join(", ")}`);
  }
  if (!anyLength.includes(shapeName) && (value.length < min || value.length > max)) {
    problems.push(`${path} has ${value.length} characters`);
  }
  return problems;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
