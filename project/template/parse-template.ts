// A CloudFormation template as plain values: `!Sub x` becomes `{"Fn::Sub": "x"}`, as in JSON.
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLParseError } from "yaml";
import { configurationError, type Place } from "../configuration-error.ts";
import { type ParsedSource, parseSource, placeOfOffset } from "../source-place.ts";

export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | TemplateMap;

export interface TemplateMap {
  readonly [key: string]: TemplateValue;
}

export interface ParsedTemplate extends ParsedSource {
  readonly value: TemplateValue;
  /** A name that occurs twice in a map: the last one counts, as for SAM. */
  readonly doubles: readonly Place[];
  /** Where a second document begins, which is not read. */
  readonly secondDocument: Place | undefined;
}

/** More nodes than CloudFormation's 1 MB of template can hold; aliases of aliases make them. */
const maximumNodes = 1_000_000;

/** @throws ExpectedError with line and column where the text is not YAML. */
export function parseTemplate(text: string, source: string): ParsedTemplate {
  const parsed = parseSource(text);
  const { document } = parsed;
  const isDouble = ({ code }: YAMLParseError) => code === "DUPLICATE_KEY";
  const faults = document.errors.filter((error) => !isDouble(error));
  if (faults.length > 0) {
    // What follows the first ones is caused by them.
    const problems = faults.slice(0, 2).map(({ pos, message }) => ({
      place: placeOfOffset(parsed, pos[0]),
      message: `it is not valid YAML: ${message.replace(/\.?$/, ".")}`,
    }));
    throw configurationError(source, problems);
  }
  /** In the order of the text, because an alias means the last anchor of its name before it. */
  const anchors = new Map<string, { readonly value: TemplateValue; readonly nodes: number }>();
  let nodes = 0;

  function count(more: number): void {
    nodes += more;
    if (nodes <= maximumNodes) return;
    const message = "its aliases (*name) grow without end; write the values out";
    throw configurationError(source, [{ message }]);
  }

  function read(node: unknown): TemplateValue {
    count(1);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      count(target?.nodes ?? 0);
      return target?.value ?? null;
    }
    const start = nodes;
    const plain = readPlain(node);
    const { tag, anchor } = (node ?? {}) as Partial<Node & { anchor: string }>;
    const value = tag?.startsWith("!") && tag !== "!" ? intrinsic(tag.slice(1), plain) : plain;
    if (anchor !== undefined) anchors.set(anchor, { value, nodes: nodes - start });
    return value;
  }

  function readPlain(node: unknown): TemplateValue {
    if (isSeq(node)) return node.items.map(read);
    if (isMap(node)) {
      const map: Record<string, TemplateValue> = {};
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.source ?? key.value) : String(key);
        const member = read(value);
        if (name === "<<") merge(map, member);
        else Object.defineProperty(map, name, { value: member, ...plainMember });
      }
      return map;
    }
    return isScalar(node) ? readScalar(node) : null;
  }

  const doubles = document.errors.filter(isDouble).map(({ pos }) => placeOfOffset(parsed, pos[0]));
  const [second] = parsed.furtherDocuments;
  return {
    ...parsed,
    value: read(document.contents),
    doubles,
    secondDocument: second === undefined ? undefined : placeOfOffset(parsed, second),
  };
}

/** `<<: *one` and `<<: [*one, *two]`: what the map has by itself wins, then the first of the list. */
function merge(map: Record<string, TemplateValue>, merged: TemplateValue): void {
  for (const each of Array.isArray(merged) ? merged : [merged]) {
    if (!isMapValue(each)) continue;
    for (const [name, value] of Object.entries(each)) {
      if (!Object.hasOwn(map, name)) Object.defineProperty(map, name, { value, ...plainMember });
    }
  }
}

/** As an assignment would define it, but also for names such as `__proto__`. */
const plainMember = { enumerable: true, writable: true, configurable: true };

// Values that another spelling would change are kept as they were written: an account's number with
// its leading zero, a date.
function readScalar({ value, source }: Scalar): TemplateValue {
  // SAM's reader (PyYAML) has fewer booleans than YAML 1.1.
  if (typeof value === "boolean" && /^[yn]$/i.test(source ?? "")) return source as string;
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && (source === undefined || String(value) === source)) return value;
  return source ?? String(value);
}

/** The short forms (AWS: "CloudFormation template reference", intrinsic functions). */
function intrinsic(name: string, value: TemplateValue): TemplateMap {
  if (name === "Ref" || name === "Condition") return { [name]: value };
  if (name === "GetAtt" && typeof value === "string") {
    const dot = value.indexOf(".");
    return { "Fn::GetAtt": dot === -1 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

export function isMapValue(value: TemplateValue | undefined): value is TemplateMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `{"Ref": …}` or `{"Fn::…": …}`: the name of the function and its argument. */
export function intrinsicOf(
  value: TemplateValue | undefined,
): { readonly name: string; readonly argument: TemplateValue } | undefined {
  if (!isMapValue(value)) return undefined;
  const [first, ...others] = Object.entries(value);
  if (first === undefined || others.length > 0) return undefined;
  const [name, argument] = first;
  if (name !== "Ref" && name !== "Condition" && !name.startsWith("Fn::")) return undefined;
  return { name, argument };
}
