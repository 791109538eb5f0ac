// The least that a stored record must have, so that one that was cut off or edited wrongly is not
// served.
import * as v from "valibot";
import type { FunctionRecord, LayerRecord } from "./records.ts";

const sha256 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/, "not a sha256 in base64"));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.minLength(1));

// Not v.record, which drops names such as constructor: a tag may have any.
const tags = v.custom<Record<string, string>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === "string"),
  "not an object of strings",
);

const version = v.looseObject({
  configuration: v.looseObject({
    FunctionName: v.optional(v.string()),
    Version: v.optional(v.string()),
    CodeSha256: v.optional(v.string()),
  }),
  code: v.variant("kind", [
    v.looseObject({ kind: v.literal("zip"), sha256, size: count }),
    v.looseObject({
      kind: v.literal("directory"),
      root: name,
      layers: v.array(v.string()),
      revision: v.string(),
    }),
  ]),
  layers: v.optional(v.array(v.looseObject({ arn: v.string(), sha256 }))),
});

// One of the two was changed, so it is unknown which code is meant.
const ownCode = v.check<v.InferOutput<typeof version>, string>(
  ({ code, configuration }) =>
    code.kind === "directory" ||
    configuration.CodeSha256 === undefined ||
    configuration.CodeSha256 === code.sha256,
  "the code's sha256 is not the configuration's CodeSha256",
);

// JSON has no undefined: a record without a qualifier gets the field back as undefined.
const qualifier = { qualifier: v.optional(v.string()) };
const withQualifier = <Record extends { qualifier?: string | undefined }>(record: Record) => ({
  ...record,
  qualifier: record.qualifier,
});

const functionRecord = v.pipe(
  v.looseObject({
    name,
    origin: v.picklist(["api", "directory"]),
    latest: v.pipe(version, ownCode),
    versions: v.array(v.pipe(version, ownCode)),
    lastVersion: count,
    aliases: v.array(v.looseObject({ Name: v.optional(v.string()) })),
    urls: v.array(
      v.pipe(
        v.looseObject({ ...qualifier, configuration: v.looseObject({}) }),
        v.transform(withQualifier),
      ),
    ),
    policies: v.array(
      v.pipe(
        v.looseObject({
          ...qualifier,
          revisionId: v.string(),
          statements: v.array(v.looseObject({ Sid: v.string() })),
        }),
        v.transform(withQualifier),
      ),
    ),
    eventInvokeConfigs: v.array(
      v.looseObject({ qualifier: v.string(), configuration: v.looseObject({}) }),
    ),
    reservedConcurrency: v.optional(count),
    tags,
  }),
  v.transform((record) => ({ ...record, reservedConcurrency: record.reservedConcurrency })),
);

const layerRecord = v.looseObject({
  name,
  versions: v.array(
    v.looseObject({ Version: count, LayerVersionArn: v.string(), sha256, size: count }),
  ),
  lastVersion: count,
});

/** @throws Error saying which field is wrong. */
export function checkFunction(value: unknown): FunctionRecord {
  return check(functionRecord, value) as unknown as FunctionRecord;
}

/** @throws Error saying which field is wrong. */
export function checkLayer(value: unknown): LayerRecord {
  return check(layerRecord, value) as unknown as LayerRecord;
}

function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown) {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new Error(path === null ? issue.message : `${path}: ${issue.message}`);
}
