// Checks an input against the model, with the wording of AWS: every violation in one error.
import { type Input, wireName } from "./read-input.ts";
import type { ShapeModel, ShapeOf } from "./shape.ts";

/**
 * What is wrong with an input, in AWS's words; undefined when nothing is.
 * @param lenient members that the operation checks by itself, because AWS answers another error.
 */
export function validationFault(
  shapeName: string,
  input: Input,
  shapeOf: ShapeOf,
  lenient: readonly string[] = [],
): string | undefined {
  const found = [...structureViolations(input, shapeOf(shapeName), "", shapeOf, lenient)];
  if (found.length === 0) return undefined;
  const errors = found.length === 1 ? "error" : "errors";
  return `${found.length} validation ${errors} detected: ${found.join("; ")}`;
}

function* structureViolations(
  value: Input,
  shape: ShapeModel,
  prefix: string,
  shapeOf: ShapeOf,
  lenient: readonly string[] = [],
): Generator<string> {
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    if (lenient.includes(name)) continue;
    const path = `${prefix}${wireName(name)}`;
    const item = value[name];
    if (item !== undefined) yield* violations(item, shapeOf(member.shape), path, shapeOf);
    else if (shape.required?.includes(name))
      yield violation("null", path, "Member must not be null");
  }
}

function* violations(
  value: unknown,
  shape: ShapeModel,
  path: string,
  shapeOf: ShapeOf,
): Generator<string> {
  if (shape.type === "structure") {
    yield* structureViolations(value as Input, shape, `${path}.`, shapeOf);
    return;
  }
  for (const constraint of constraintsOf(shape)) {
    if (!constraint.holds(value))
      yield violation(shown(value, shape, shapeOf), path, constraint.text);
  }
  if (shape.type === "list") yield* listViolations(value as unknown[], shape, path, shapeOf);
  if (shape.type === "map") yield* mapViolations(value as Input, shape, path, shapeOf);
}

/** AWS reports members that are values at the list, and members that are structures one by one. */
function* listViolations(
  list: unknown[],
  shape: ShapeModel,
  path: string,
  shapeOf: ShapeOf,
): Generator<string> {
  const member = shapeOf(shape.member ?? "");
  if (member.type === "structure") {
    for (const [index, item] of list.entries()) {
      const place = `${path}.${index + 1}.member`;
      if (item === null) yield violation("null", place, "Member must not be null");
      else yield* violations(item, member, place, shapeOf);
    }
    return;
  }
  const constraints = [...constraintsOf(member), notNull];
  if (list.every((item) => constraints.every((constraint) => constraint.holds(item)))) return;
  const texts = constraints.map((constraint) => constraint.text).join(", ");
  yield violation(shown(list, shape, shapeOf), path, `Member must satisfy constraint: [${texts}]`);
}

function* mapViolations(
  map: Input,
  shape: ShapeModel,
  path: string,
  shapeOf: ShapeOf,
): Generator<string> {
  const keys = constraintsOf(shapeOf(shape.key ?? ""));
  if (!Object.keys(map).every((key) => keys.every((constraint) => constraint.holds(key)))) {
    const texts = keys.map((constraint) => constraint.text).join(", ");
    yield violation(
      shown(map, shape, shapeOf),
      path,
      `Map keys must satisfy constraint: [${texts}]`,
    );
  }
  const values = [...constraintsOf(shapeOf(shape.value ?? "")), notNull];
  if (!Object.values(map).every((item) => values.every((constraint) => constraint.holds(item)))) {
    const texts = values.map((constraint) => constraint.text).join(", ");
    yield violation(
      shown(map, shape, shapeOf),
      path,
      `Map value must satisfy constraint: [${texts}]`,
    );
  }
}

interface Constraint {
  readonly text: string;
  /** A value of another kind, such as null, passes: another constraint reports it. */
  readonly holds: (value: unknown) => boolean;
}

const notNull: Constraint = {
  text: "Member must not be null",
  holds: (value) => value !== null,
};

/**
 * The model gives most names and ARNs a pattern but no length. None is this long, and a pattern
 * runs out of stack over megabytes.
 */
const maximumMatchedLength = 64 * 1024;

const known = new WeakMap<ShapeModel, readonly Constraint[]>();

function constraintsOf(shape: ShapeModel): readonly Constraint[] {
  let constraints = known.get(shape);
  if (constraints === undefined) {
    constraints = makeConstraints(shape);
    known.set(shape, constraints);
  }
  return constraints;
}

/** In the order in which AWS lists them. */
function makeConstraints(shape: ShapeModel): Constraint[] {
  const { type, min, max, pattern, enum: values } = shape;
  const isNumber = type === "integer" || type === "long" || type === "double";
  const measured = isNumber ? "value" : "length";
  const constraints: Constraint[] = [];
  const add = (text: string, holds: Constraint["holds"]) => constraints.push({ text, holds });
  const bound = (number: number) => numeral(number, type);
  if (max !== undefined) {
    add(
      `Member must have ${measured} less than or equal to ${bound(max)}`,
      (value) => (sizeOf(value) ?? max) <= max,
    );
  }
  if (min !== undefined) {
    add(
      `Member must have ${measured} greater than or equal to ${bound(min)}`,
      (value) => (sizeOf(value) ?? min) >= min,
    );
  }
  if (pattern !== undefined) {
    const whole = new RegExp(`^(?:${pattern})$`);
    add(
      `Member must satisfy regular expression pattern: ${pattern}`,
      (value) =>
        typeof value !== "string" || (value.length <= maximumMatchedLength && whole.test(value)),
    );
  }
  if (values !== undefined) {
    add(
      `Member must satisfy enum value set: [${values.join(", ")}]`,
      (value) => typeof value !== "string" || values.includes(value),
    );
  }
  return constraints;
}

/** What a minimum and a maximum count. */
function sizeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return undefined;
}

/** AWS writes doubles as Java does. */
function numeral(value: number, type: ShapeModel["type"]): string {
  return type === "double" && Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** Undefined for a value that must not appear in a message. */
function shown(value: unknown, shape: ShapeModel, shapeOf: ShapeOf): string | undefined {
  if (shape.sensitive) return undefined;
  return `'${print(value, shape, shapeOf)}'`;
}

function print(value: unknown, shape: ShapeModel, shapeOf: ShapeOf): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => print(item, shapeOf(shape.member ?? ""), shapeOf)).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => {
      const inner = shape.members?.[key]?.shape ?? shape.value;
      return `${key}=${inner === undefined ? item : print(item, shapeOf(inner), shapeOf)}`;
    });
    return `{${entries.join(", ")}}`;
  }
  return typeof value === "number" ? numeral(value, shape.type) : String(value);
}

function violation(value: string | undefined, path: string, constraint: string): string {
  const named = value === undefined ? "Value" : `Value ${value}`;
  return `${named} at '${path}' failed to satisfy constraint: ${constraint}`;
}
