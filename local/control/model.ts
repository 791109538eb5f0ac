// AWS's service model as far as the control plane needs it, with types for its table.
import type { ShapeModel } from "../api-model/shape.ts";
import table from "./model.json" with { type: "json" };

export type OperationName = keyof typeof table.operations;

export interface RouteModel {
  readonly method: string;
  readonly uri: string;
}

interface OperationModel extends RouteModel {
  readonly status: number;
  readonly input: string;
  readonly output?: string;
}

interface Model {
  readonly operations: Readonly<Record<OperationName, OperationModel>>;
  /** Operations of Lambda that this service does not have. */
  readonly others: Readonly<Record<string, RouteModel>>;
  readonly shapes: Readonly<Record<string, ShapeModel>>;
}

export const model = table as Model;

/** The shape of that name; the generator writes every shape that another one uses. */
export function shapeOf(name: string): ShapeModel {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`model.json has no shape ${name}; generate it again`);
  return shape;
}
