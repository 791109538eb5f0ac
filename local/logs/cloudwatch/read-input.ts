// Checks the input of an operation against the service's model, and words faults as AWS does.
import { invalidParameter, logsError } from "./logs-error.ts";

type Field =
  | {
      readonly kind: "string";
      readonly least: number;
      readonly most: number;
      readonly pattern?: RegExp;
      readonly values?: readonly string[];
    }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "list"; readonly least: number; readonly most: number; readonly of: Field };

type ValueOf<Of> = Of extends { kind: "string"; values: readonly (infer Value)[] }
  ? Value
  : Of extends { kind: "string" }
    ? string
    : Of extends { kind: "number" }
      ? number
      : Of extends { kind: "boolean" }
        ? boolean
        : Of extends { kind: "list"; of: infer Member }
          ? readonly ValueOf<Member>[]
          : never;

export type InputOf<Fields> = { readonly [Name in keyof Fields]?: ValueOf<Fields[Name]> };

const unbounded = Number.MAX_SAFE_INTEGER;

/** The shapes of the model `logs` 2014-03-28 that the covered operations use. */
export const shapes = {
  logGroupName: { kind: "string", least: 1, most: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ },
  logGroupNamePattern: { kind: "string", least: 0, most: 512, pattern: /^[.\-_/#A-Za-z0-9]*$/ },
  logGroupIdentifier: { kind: "string", least: 1, most: 2048, pattern: /^[\w#+=/:,.@-]*$/ },
  logStreamName: { kind: "string", least: 1, most: 512, pattern: /^[^:*]*$/ },
  timestamp: { kind: "number", least: 0, most: unbounded },
  filterPattern: { kind: "string", least: 0, most: 1024 },
  nextToken: { kind: "string", least: 1, most: unbounded },
  eventsLimit: { kind: "number", least: 1, most: 10_000 },
  describeLimit: { kind: "number", least: 1, most: 50 },
  boolean: { kind: "boolean" },
} as const;

/**
 * Members that the operation does not know are left out, as AWS does.
 * @throws ServiceError naming every member that is wrong
 */
export function readInput<const Fields extends Record<string, Field>>(
  input: Readonly<Record<string, unknown>>,
  fields: Fields,
): InputOf<Fields> {
  const faults: string[] = [];
  const known: Record<string, unknown> = {};
  for (const [name, field] of Object.entries<Field>(fields)) {
    const value = input[name];
    // Clients write null for what is unset.
    if (value === undefined || value === null) continue;
    check(value, name, field, faults);
    known[name] = value;
  }
  if (faults.length > 0) {
    const many = faults.length === 1 ? "error" : "errors";
    throw invalidParameter(`${faults.length} validation ${many} detected: ${faults.join("; ")}`);
  }
  return known as InputOf<Fields>;
}

function check(value: unknown, place: string, field: Field, faults: string[]): void {
  requireKind(value, place, field);
  const fault = (shown: unknown, rule: string) =>
    faults.push(`Value '${shown}' at '${place}' failed to satisfy constraint: Member must ${rule}`);
  if (field.kind === "number") {
    if ((value as number) < field.least)
      fault(value, `have value greater than or equal to ${field.least}`);
    if ((value as number) > field.most)
      fault(value, `have value less than or equal to ${field.most}`);
  } else if (field.kind === "string" || field.kind === "list") {
    const { length } = value as string | unknown[];
    const shown = field.kind === "list" ? `[${(value as unknown[]).join(", ")}]` : value;
    if (length < field.least) fault(shown, `have length greater than or equal to ${field.least}`);
    if (length > field.most) fault(shown, `have length less than or equal to ${field.most}`);
  }
  if (field.kind === "string") {
    if (field.values && !field.values.includes(value as string))
      fault(value, `satisfy enum value set: [${field.values.join(", ")}]`);
    if (field.pattern && !field.pattern.test(value as string))
      fault(value, `satisfy regular expression pattern: ${field.pattern.source.slice(1, -1)}`);
  } else if (field.kind === "list") {
    for (const [index, member] of (value as unknown[]).entries())
      check(member, `${place}.${index + 1}.member`, field.of, faults);
  }
}

function requireKind(value: unknown, place: string, { kind }: Field): void {
  const actual = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  if (actual === kind && (kind !== "number" || Number.isSafeInteger(value))) return;
  const wanted = kind === "number" ? "whole number" : kind;
  const found = kind === "number" && actual === kind ? `${value}` : `a ${actual}`;
  throw logsError("SerializationException", `${place} must be a ${wanted}, not ${found}`);
}
