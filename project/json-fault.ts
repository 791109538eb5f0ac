// Where JSON is invalid: V8 says what is wrong, but for short texts not where.

export interface JsonFault {
  /** In UTF-16 units, from 0. */
  readonly offset: number;
  readonly expected: string;
}

/** The reader's position in the grammar. */
type Place = "value" | "first value" | "name" | "first name" | "colon" | "after value";

interface Token {
  readonly kind: string;
  readonly end: number;
  /** What is missing in a quoted string at `end`. */
  readonly lacks?: string;
}

const whiteSpace = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The first place at which `text` is not valid JSON, or undefined when it is. */
export function jsonFault(text: string): JsonFault | undefined {
  /** The closing brackets that are expected, innermost last. */
  const open: string[] = [];
  let place: Place = "value";
  let offset = 0;
  for (;;) {
    offset += lengthOf(whiteSpace, text, offset);
    if (place === "after value" && open.length === 0 && offset === text.length) return undefined;
    const token = readToken(text, offset);
    const next = follow(place, token.kind, open);
    if (next === undefined) return { offset, expected: describe(place, open) };
    if (token.lacks !== undefined) return { offset: token.end, expected: token.lacks };
    place = next;
    offset = token.end;
  }
}

/** The position after a token, or undefined if the token is not allowed there. */
function follow(place: Place, kind: string, open: string[]): Place | undefined {
  const takesValue = place === "value" || place === "first value";
  switch (kind) {
    case "scalar":
      return takesValue ? "after value" : undefined;
    case "text":
      if (place === "name" || place === "first name") return "colon";
      return takesValue ? "after value" : undefined;
    case "[":
    case "{":
      if (!takesValue) return undefined;
      open.push(kind === "[" ? "]" : "}");
      return kind === "[" ? "first value" : "first name";
    case "]":
    case "}":
      if (place !== "after value" && !place.startsWith("first")) return undefined;
      if (open.at(-1) !== kind) return undefined;
      open.pop();
      return "after value";
    case ",":
      if (place !== "after value" || open.length === 0) return undefined;
      return open.at(-1) === "}" ? "name" : "value";
    case ":":
      return place === "colon" ? "value" : undefined;
    default:
      return undefined;
  }
}

function describe(place: Place, open: readonly string[]): string {
  const expectations = {
    value: "a value",
    "first value": "a value or ]",
    name: 'a name in "',
    "first name": 'a name in " or }',
    colon: "a colon",
    "after value": open.length === 0 ? "the end" : `a comma or ${open.at(-1)}`,
  };
  return expectations[place];
}

function readToken(text: string, offset: number): Token {
  const character = text[offset];
  if (character === '"') return readText(text, offset);
  const length = lengthOf(scalar, text, offset);
  if (length > 0) return { kind: "scalar", end: offset + length };
  return { kind: character ?? "end", end: offset + 1 };
}

/** Not one regular expression: on a text of megabytes that would exhaust its stack. */
function readText(text: string, start: number): Token {
  let end = start + 1;
  for (;;) {
    const character = text[end];
    if (character === '"') return { kind: "text", end: end + 1 };
    if (character === undefined || character < " ") {
      return { kind: "text", end, lacks: 'more of the text, or its closing "' };
    }
    const length = character === "\\" ? lengthOf(escapeSequence, text, end) : 1;
    if (length === 0) return { kind: "text", end, lacks: "a valid escape" };
    end += length;
  }
}

function lengthOf(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0].length ?? 0;
}
