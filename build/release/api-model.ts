// Condenses AWS's service model of Lambda into the table with which the control plane reads and
// checks requests: node build/release/api-model.ts PATH-TO-service-2.json

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeRuntimes } from "../../lambda/runtimes.ts";

const target = join(import.meta.dirname, "../..", "local", "control", "model.json");

const notice =
  "Condensed from AWS's service model of Lambda (API version 2015-03-31), Copyright Amazon.com, Inc. or its affiliates, licensed under the Apache License 2.0. Made by build/release/api-model.ts; documentation texts left out.";

/** The operations that local/control answers; any other operation is only named. */
const covered = [
  "AddPermission",
  "CreateAlias",
  "CreateFunction",
  "CreateFunctionUrlConfig",
  "DeleteAlias",
  "DeleteFunction",
  "DeleteFunctionConcurrency",
  "DeleteFunctionEventInvokeConfig",
  "DeleteFunctionUrlConfig",
  "DeleteLayerVersion",
  "GetAccountSettings",
  "GetAlias",
  "GetFunction",
  "GetFunctionCodeSigningConfig",
  "GetFunctionConcurrency",
  "GetFunctionConfiguration",
  "GetFunctionEventInvokeConfig",
  "GetFunctionRecursionConfig",
  "GetFunctionUrlConfig",
  "GetLayerVersion",
  "GetLayerVersionByArn",
  "GetLayerVersionPolicy",
  "GetPolicy",
  "GetRuntimeManagementConfig",
  "ListAliases",
  "ListFunctionEventInvokeConfigs",
  "ListFunctionUrlConfigs",
  "ListFunctions",
  "ListLayerVersions",
  "ListLayers",
  "ListTags",
  "ListVersionsByFunction",
  "PublishLayerVersion",
  "PublishVersion",
  "PutFunctionConcurrency",
  "PutFunctionEventInvokeConfig",
  "RemovePermission",
  "TagResource",
  "UntagResource",
  "UpdateAlias",
  "UpdateFunctionCode",
  "UpdateFunctionConfiguration",
  "UpdateFunctionEventInvokeConfig",
  "UpdateFunctionUrlConfig",
];

/** Answered by local/invoke, which reads its requests itself. */
const invocations = ["Invoke", "InvokeAsync", "InvokeWithResponseStream"];

/** In @aws-sdk/client-lambda 3.1162.0, but not yet in botocore's model of 1.43.11. */
const newerRuntimes = [
  ...nodeRuntimes,
  "python3.15",
  "java8.al2023",
  "java11.al2023",
  "java17.al2023",
];

/** Likewise. */
const newerOperations = {
  DeleteResourcePolicy: { method: "DELETE", uri: "/2026-07-09/resource-policy/{ResourceArn}" },
  GetResourcePolicy: { method: "GET", uri: "/2026-07-09/resource-policy/{ResourceArn}" },
  PutResourcePolicy: { method: "PUT", uri: "/2026-07-09/resource-policy/{ResourceArn}" },
};

interface Reference {
  shape: string;
  location?: string;
  locationName?: string;
}

interface Shape {
  type: string;
  members?: Record<string, Reference>;
  required?: string[];
  member?: Reference;
  key?: Reference;
  value?: Reference;
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  sensitive?: boolean;
}

interface Operation {
  http: { method: string; requestUri: string; responseCode?: number };
  input?: Reference;
  output?: Reference;
}

interface ServiceModel {
  operations: Record<string, Operation>;
  shapes: Record<string, Shape>;
}

function condense(model: ServiceModel) {
  const shapes: Record<string, object> = {};
  const add = (name: string): void => {
    if (shapes[name] !== undefined) return;
    const shape = shapeOf(model, name);
    shapes[name] = condensedShape(name, shape);
    const references = [
      shape.member,
      shape.key,
      shape.value,
      ...Object.values(shape.members ?? {}),
    ];
    for (const reference of references) if (reference !== undefined) add(reference.shape);
  };
  const operations = covered.map((name) => {
    const operation = model.operations[name];
    if (operation === undefined) throw new Error(`the model has no operation ${name}`);
    const { http, input, output } = operation;
    for (const reference of [input, output]) if (reference !== undefined) add(reference.shape);
    const entry = {
      method: http.method,
      uri: http.requestUri,
      status: http.responseCode ?? 200,
      input: input?.shape,
      output: output?.shape,
    };
    return [name, entry] as const;
  });
  const others = Object.entries(model.operations)
    .filter(([name]) => !covered.includes(name) && !invocations.includes(name))
    .map(([name, { http }]) => [name, { method: http.method, uri: http.requestUri }] as const);
  return {
    NOTICE: notice,
    operations: Object.fromEntries(operations),
    others: { ...newerOperations, ...Object.fromEntries(others) },
    shapes: Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}

function condensedShape(name: string, shape: Shape): object {
  const { type, members, required, member, key, value, min, max, pattern, sensitive } = shape;
  const values =
    name === "Runtime" ? [...new Set([...(shape.enum ?? []), ...newerRuntimes])] : shape.enum;
  return {
    type,
    required,
    members:
      members &&
      Object.fromEntries(
        Object.entries(members).map(([member, { shape, location, locationName }]) => [
          member,
          location === undefined ? { shape } : { shape, location, name: locationName ?? member },
        ]),
      ),
    member: member?.shape,
    key: key?.shape,
    value: value?.shape,
    min,
    max,
    pattern,
    enum: values,
    sensitive,
  };
}

/** JSON as this project's formatter leaves it: what fits into 100 columns is on one line. */
function layOut(value: unknown, indent = "", before = 0): string {
  const line = oneLine(value);
  if (typeof value !== "object" || value === null) return line;
  if (indent.length + before + line.length + 1 <= 100 && indent !== "") return line;
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((item) => `${inner}${layOut(item, inner)}`)
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${inner}"${key}": ${layOut(item, inner, key.length + 4)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${entries.join(",\n")}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, item]) => `"${key}": ${oneLine(item)}`).join(", ")} }`;
}

const path = process.argv[2];
if (path === undefined) {
  process.stderr.write("usage: node build/release/api-model.ts PATH-TO-service-2.json\n");
  process.exitCode = 2;
} else {
  const model = JSON.parse(readFileSync(path, "utf8")) as ServiceModel;
  writeFileSync(target, `${layOut(condense(model))}\n`);
  process.stdout.write(`wrote ${target}\n`);
}
