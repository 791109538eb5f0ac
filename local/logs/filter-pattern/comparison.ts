// Conditions on a value: = != < > <= >= with a text, number or %regex%; IS; NOT EXISTS.
import { takeRegex } from "./regex.ts";
import { type Scanner, takeQuoted } from "./scanner.ts";
import { compileWildcard } from "./wildcard.ts";

/** True if one of the values fits; `!=` and NOT EXISTS are also true if there are none. */
type Comparison = (values: readonly unknown[]) => boolean;

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const orders = {
  "<=": (value: number, wanted: number) => value <= wanted,
  ">=": (value: number, wanted: number) => value >= wanted,
  "<": (value: number, wanted: number) => value < wanted,
  ">": (value: number, wanted: number) => value > wanted,
} as const;

const constants = { NULL: null, TRUE: true, FALSE: false } as const;

export function takeComparison(scanner: Scanner): Comparison {
  const start = scanner.position;
  const operator = scanner.match(/!=|<=|>=|=|<|>/y);
  if (operator === undefined) return takeWords(scanner);
  scanner.skipSpace();
  if (operator === "=" || operator === "!=") {
    const equals = takeEquality(scanner);
    if (operator === "=") return (values) => values.some(equals);
    // Objects and arrays are not values: no condition holds for them.
    return (values) =>
      values.length === 0 || values.some((value) => isPlain(value) && !equals(value));
  }
  const text = takeBare(scanner);
  if (!numeric.test(text)) scanner.fail(`${operator} must be followed by a number`, start);
  const holds = orders[operator as keyof typeof orders];
  const wanted = Number(text);
  return (values) => values.map(toNumber).some((value) => holds(value, wanted));
}

function takeWords(scanner: Scanner): Comparison {
  const words = scanner.match(/(?:IS\s+(?:NULL|TRUE|FALSE)|NOT\s+EXISTS)\b/y);
  if (words === undefined)
    return scanner.fail("expected =, !=, <, >, <=, >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS");
  if (words.startsWith("NOT")) return (values) => values.length === 0;
  const name = words.split(/\s+/)[1] as keyof typeof constants;
  return (values) => values.includes(constants[name]);
}

function takeEquality(scanner: Scanner): (value: unknown) => boolean {
  const next = scanner.text[scanner.position];
  if (next === "%") {
    const matches = takeRegex(scanner);
    return (value) => isText(value) && matches(String(value));
  }
  if (next === '"') {
    const matches = compileWildcard(takeQuoted(scanner));
    return (value) => isText(value) && matches(String(value));
  }
  const text = takeBare(scanner);
  const matches = compileWildcard(text);
  const wanted = numeric.test(text) ? Number(text) : undefined;
  return (value) =>
    (wanted !== undefined && toNumber(value) === wanted) ||
    (isText(value) && matches(String(value)));
}

function takeBare(scanner: Scanner): string {
  const text = scanner.match(/(?:(?!&&|\|\|)[^\s()[\]{},"%])+/y);
  return text ?? scanner.fail("a value is missing after the operator");
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

function isText(value: unknown): boolean {
  return isPlain(value) && value !== null;
}

/** NaN, which compares as false with everything, for what is not a number. */
function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && numeric.test(value) ? Number(value) : Number.NaN;
}
