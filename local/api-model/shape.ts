// The shapes of an AWS API, as its service model describes them.

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
  /** Values that must not appear in a message. */
  readonly sensitive?: boolean;
}

/** Looks up a shape of one API by its name. */
export type ShapeOf = (name: string) => ShapeModel;
