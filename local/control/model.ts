// AWS's service model as far as the control plane needs it, with types for its table.
import table from "./model.json" with { type: "json" };

export type OperationName = keyof typeof table.operations;

export interface MemberModel {
  readonly shape: string;
  /** Undefined: a member of the JSON body. */
  readonly location?: "uri" | "querystring" | "header" | "statusCode";
  /** Its name at that location. */
  readonly name?: string;
}

export interface ShapeModel {
  readonly type:
    | "structure"
    | "list"
    | "map"
    | "string"
    | "integer"
    | "long"
    | "double"
    | "boolean"
    | "blob"
    | "timestamp";
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, MemberModel>>;
  /** The shape of a list's members. */
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  /** Matches whole values. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Values that no message may repeat. */
  readonly sensitive?: boolean;
}

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

/** The shape of that name; the generator writes each one that is referred to. */
export function shapeOf(name: string): ShapeModel {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`model.json has no shape ${name}; generate it again`);
  return shape;
}
