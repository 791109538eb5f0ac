// The shape of a configuration, and the messages for values that do not have it.

import * as v from "valibot";
import { nearest } from "../../host/nearest.ts";
import { settings } from "../../host/settings.ts";
import { architectures } from "../../lambda/architectures.ts";
import type { Configuration } from "../configuration.ts";
import { declaredRuntimes } from "../declared-function.ts";

type ModeSetting = Extract<(typeof settings)[number], { name: "STDLAMBDA_MODE" }>;
const { values: modes } = settings.find(({ name }) => name === "STDLAMBDA_MODE") as ModeSetting;

function oneOf<const Values extends readonly string[]>(values: Values) {
  return v.picklist(values, ({ received }) => {
    const given = received.startsWith('"') ? JSON.parse(received) : undefined;
    const hint = given === undefined ? "" : ` Did you mean ${nearest(given, values, 1)[0]}?`;
    return `${received} is not possible.${hint} Allowed: ${values.join(", ")}.`;
  });
}

function must(what: string) {
  return ({ received }: { received: string }) => `must be ${what}, not ${received}`;
}

const text = v.string(must("a string"));
const texts = v.array(text, must("a list of strings"));
const number = v.number(must("a number"));
const flag = v.boolean(must("true or false"));

function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  const known = Object.keys(entries);
  return v.strictObject(entries, (issue) => {
    const last = issue.path?.at(-1);
    if (issue.expected === "never" && last) {
      const [near] = nearest(String(last.key), known, 1);
      return `is not known. Did you mean ${near}? Known: ${known.join(", ")}.`;
    }
    if (issue.received === "undefined") return missing[String(last?.key)] ?? "is missing";
    return `must be an object, not ${issue.received}`;
  });
}

const missing: Readonly<Record<string, string>> = {
  functions: 'is missing; write { "functions": { "hello": "hello.ts" } }',
  handler: "is missing; write a file name (hello.ts) or FILE.EXPORT (index.handler)",
};

const cors = object({
  allowCredentials: v.optional(flag),
  allowHeaders: v.optional(texts),
  allowMethods: v.optional(texts),
  allowOrigins: v.optional(texts),
  exposeHeaders: v.optional(texts),
  maxAge: v.optional(number),
});

const url = object({
  auth: v.optional(oneOf(["none", "iam"])),
  stream: v.optional(flag),
  cors: v.optional(cors),
});

const urlForms = v.lazy((input) => {
  if (typeof input === "object" && input !== null) return url;
  return v.union([flag, v.literal("iam")], must('true, "iam" or an object'));
});

const variable = v.union([v.string(), v.number(), v.boolean()], must("a string"));

const defaultsEntries = {
  root: v.optional(text),
  runtime: v.optional(oneOf(declaredRuntimes)),
  memory: v.optional(number),
  timeout: v.optional(number),
  environment: v.optional(v.record(v.string(), variable, must("an object of variables"))),
  layers: v.optional(texts),
  mode: v.optional(oneOf(modes)),
  url: v.optional(urlForms),
  logFormat: v.optional(oneOf(["text", "json"])),
  applicationLogLevel: v.optional(oneOf(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])),
  systemLogLevel: v.optional(oneOf(["DEBUG", "INFO", "WARN"])),
  capacityProvider: v.optional(text),
  maxConcurrency: v.optional(number),
  snapStart: v.optional(flag),
  reservedConcurrency: v.optional(number),
  ephemeralStorage: v.optional(number),
  architecture: v.optional(oneOf(architectures)),
};

const functionObject = object({ handler: text, ...defaultsEntries });

const functionForms = v.lazy((input) => {
  if (typeof input === "object" && input !== null) return functionObject;
  return v.string(must("a file name, FILE.EXPORT or an object"));
});

const schema = object({
  // Editors look for the schema of a JSON file under this name.
  $schema: v.optional(v.string()),
  functions: v.record(v.string(), functionForms, must("an object of functions by their name")),
  defaults: v.optional(object(defaultsEntries)),
});

interface ShapeProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type CheckedShape =
  | { readonly configuration: Configuration }
  | { readonly problems: readonly ShapeProblem[] };

/** The configuration as it is, or what is wrong with its shape. */
export function checkShape(value: unknown): CheckedShape {
  if (Array.isArray(value)) {
    return { problems: [{ path: [], message: "it must be an object, not a list" }] };
  }
  const result = v.safeParse(schema, value);
  if (result.success) return { configuration: result.output as Configuration };
  const problems = result.issues.map((issue) => ({
    path: (issue.path ?? []).map(({ key }) => key as PropertyKey),
    message: issue.message,
  }));
  return { problems };
}
