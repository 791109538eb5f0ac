// Makes the input of an operation from a request: labels, query and JSON body, with the types that
// the model gives them. A value of the wrong type is a SerializationException, as on AWS.
import { lambdaError, type ServiceError } from "../service-error.ts";
import type { MemberModel, ShapeModel, ShapeOf } from "./shape.ts";

export type Input = Record<string, unknown>;

export interface InputSource {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** Unknown members are dropped, as AWS does; null is the same as absent. */
export function readInput(shapeName: string, source: InputSource, shapeOf: ShapeOf): Input {
  const members = Object.entries(shapeOf(shapeName).members ?? {});
  const hasBody = members.some(([, member]) => member.location === undefined);
  const body = hasBody ? readBody(source.body) : {};
  const input: Input = {};
  for (const [name, member] of members) {
    const value =
      member.location === undefined
        ? convert(own(body, name), shapeOf(member.shape), wireName(name), shapeOf)
        : fromAddress(member, name, source, shapeOf);
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** A member's name as AWS writes it in errors: only the first letter changes (`kMSKeyArn`). */
export function wireName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function readBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw serialization(`Could not parse request body into json: ${(error as Error).message}`);
  }
  if (!isRecord(value)) {
    throw serialization(`Expected a JSON object as the request body, and got ${kindOf(value)}`);
  }
  return value;
}

function fromAddress(
  member: MemberModel,
  name: string,
  source: InputSource,
  shapeOf: ShapeOf,
): unknown {
  const key = member.name ?? name;
  if (member.location === "uri") return parse(source.labels[key], shapeOf(member.shape), name);
  const values = source.query.getAll(key);
  if (values.length === 0) return undefined;
  const shape = shapeOf(member.shape);
  if (shape.type === "list") return values;
  return parse(values[0], shape, name);
}

/** A value that came as text. */
function parse(text: string | undefined, shape: ShapeModel, name: string): unknown {
  if (text === undefined || shape.type === "string") return text;
  if (shape.type === "boolean") return text === "true";
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw serialization(`'${text}' can not be converted to an Integer at '${wireName(name)}'`);
}

function convert(value: unknown, shape: ShapeModel, path: string, shapeOf: ShapeOf): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.type) {
    case "structure":
      return convertStructure(value, shape, path, shapeOf);
    case "list":
      if (!Array.isArray(value)) throw mismatch(value, "a list", path);
      // A null in a list is kept: the check of the list reports it.
      return value.map((item) => convert(item, shapeOf(shape.member ?? ""), path, shapeOf) ?? null);
    case "map":
      if (!isRecord(value)) throw mismatch(value, "a map", path);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          convert(item, shapeOf(shape.value ?? ""), path, shapeOf) ?? null,
        ]),
      );
    case "blob":
      return decodeBlob(value, path);
    case "boolean":
      if (typeof value !== "boolean") throw mismatch(value, "a Boolean", path);
      return value;
    case "integer":
    case "long":
      if (!Number.isSafeInteger(value)) throw mismatch(value, "an Integer", path);
      return value;
    case "double":
      if (typeof value !== "number") throw mismatch(value, "a Double", path);
      return value;
    default:
      if (typeof value !== "string") throw mismatch(value, "a String", path);
      return value;
  }
}

function convertStructure(
  value: unknown,
  shape: ShapeModel,
  path: string,
  shapeOf: ShapeOf,
): Input {
  if (!isRecord(value)) throw mismatch(value, "a structure", path);
  const result: Input = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const place = `${path}.${wireName(name)}`;
    const converted = convert(own(value, name), shapeOf(member.shape), place, shapeOf);
    if (converted !== undefined) result[name] = converted;
  }
  return result;
}

function decodeBlob(value: unknown, path: string): Buffer {
  if (typeof value !== "string") throw mismatch(value, "a base64 String", path);
  const bytes = Buffer.from(value, "base64");
  // Node skips characters that are not base64; then there are fewer bytes than the text has room
  // for.
  const digits = value.length - (value.endsWith("==") ? 2 : value.endsWith("=") ? 1 : 0);
  if (bytes.length !== Math.floor((digits * 3) / 4)) {
    throw serialization(`The value at '${path}' is not base64; encode the bytes of the file`);
  }
  return bytes;
}

function mismatch(value: unknown, expected: string, path: string): ServiceError {
  return serialization(`${kindOf(value)} can not be converted to ${expected} at '${path}'`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "A list";
  if (value === null) return "null";
  if (typeof value === "object") return "A structure";
  if (typeof value === "number" && !Number.isInteger(value)) return "DECIMAL_VALUE";
  return `${(typeof value).toUpperCase()}_VALUE`;
}

/** JSON may have a member of any name; properties that every object inherits are not members. */
function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function serialization(message: string): ServiceError {
  return lambdaError("SerializationException", message);
}
