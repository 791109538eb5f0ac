// Requests nobody would write, and some that somebody would: each is answered as the model says, or
// refused with an error of the API.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { handleControl } from "../../../local/control/handle.ts";
import { model, type OperationName, shapeOf } from "../../../local/control/model.ts";
import { ServiceError } from "../../../local/service-error.ts";
import { openStore } from "../../../local/store/open-store.ts";
import {
  account,
  arnPrefix,
  functionInput,
  temporaryDirectory,
  zipWith,
} from "./control-server.ts";
import { outputProblems } from "./output-problems.ts";

const names = [
  "hello",
  "other",
  "none",
  "hello:1",
  "hello:live",
  `${arnPrefix}hello`,
  "a b",
  "__proto__",
];
const layer = `arn:aws:lambda:us-east-1:${account}:layer:tools`;

const code = { ZipFile: zipWith("1").toString("base64") };

/** Values with which an operation gets further than its first check. */
const likely: Readonly<Record<string, readonly unknown[]>> = {
  FunctionName: names,
  Name: ["live", "canary"],
  Qualifier: ["1", "2", "live", "$LATEST", "none"],
  FunctionVersion: ["1", "2", "$LATEST", "ALL"],
  Role: [functionInput("x").Role],
  Runtime: ["provided.al2023", "nodejs24.x", "nodejs24.x", "constructor"],
  Handler: ["hello.sh"],
  Code: [code, code, { S3Bucket: "bucket", S3Key: "key" }],
  Content: [{ ZipFile: zipWith("2").toString("base64") }],
  ZipFile: [zipWith("3").toString("base64"), "AAAA"],
  LayerName: ["tools", layer, "none"],
  VersionNumber: [1, 2, 0],
  Arn: [`${layer}:1`],
  Layers: [[`${layer}:1`], []],
  Resource: [`${arnPrefix}hello`, `${arnPrefix}hello:1`],
  TagKeys: [["a"]],
  Tags: [{ a: "b" }],
  StatementId: ["s1", "s2"],
  Action: ["lambda:InvokeFunction"],
  Principal: ["s3.amazonaws.com", "*", "nobody"],
  RoutingConfig: [{ AdditionalVersionWeights: { "2": 0.5 } }, {}],
  ReservedConcurrentExecutions: [0, 5, 5000],
  MaxItems: [1, 50],
};

interface Attempt {
  readonly operation: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
}

const absent = fc.constant(undefined);

const attempt = fc
  .constantFrom(...(Object.keys(model.operations) as OperationName[]))
  .chain((operation) => {
    const { members = {} } = shapeOf(model.operations[operation].input);
    const values = Object.keys(members).map((name) => [name, memberValue(name)] as const);
    return fc.record(Object.fromEntries(values)).map((input): Attempt => ({ operation, input }));
  });

/** Mostly what makes sense; members without a likely value mostly stay away. */
function memberValue(name: string): fc.Arbitrary<unknown> {
  const nonsense = fc.jsonValue({ maxDepth: 1 });
  const known = likely[name];
  if (known === undefined) {
    return fc.oneof({ weight: 30, arbitrary: absent }, { weight: 1, arbitrary: nonsense });
  }
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...known) },
    { weight: 6, arbitrary: absent },
    { weight: 1, arbitrary: nonsense },
  );
}

test("whatever is asked is answered as the model says or refused with an error", async (t) => {
  const store = await openStore(temporaryDirectory(t), { onDamage: (text) => assert.fail(text) });
  const context = {
    store,
    region: "us-east-1",
    accountId: account,
    endpoint: "http://127.0.0.1:9000",
    concurrencyLimit: 1000,
  };
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(attempt, async ({ operation, input }) => {
      const outcome = await handleControl(requestOf({ operation, input }), context).then(
        (answer) => {
          assert.ok(answer !== undefined, `${operation} was not found`);
          const { output } = model.operations[operation];
          if (answer.body !== "" && output !== undefined) {
            assert.deepEqual(outputProblems(output, JSON.parse(answer.body)), []);
          }
          return "answered";
        },
        (error) => {
          if (error instanceof ServiceError && error.status < 500) return error.type;
          throw error;
        },
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }),
    { numRuns: 600 },
  );
  await store.close();
  assert.ok((outcomes.get("answered") ?? 0) > 30, "hardly anything was answered");
});

function requestOf({ operation, input }: Attempt) {
  const { method, uri, input: shape } = model.operations[operation];
  const query = new URLSearchParams(uri.split("?")[1]);
  const body: Record<string, unknown> = {};
  let [path = ""] = uri.split("?");
  for (const [name, { location, name: place = name }] of Object.entries(
    shapeOf(shape).members ?? {},
  )) {
    const value = input[name];
    if (location === "uri") {
      path = path.replace(`{${place}}`, encodeURIComponent(String(value ?? "x") || "x"));
    } else if (value === undefined) {
    } else if (location === "querystring") {
      for (const item of Array.isArray(value) ? value : [value]) query.append(place, String(item));
    } else {
      body[name] = value;
    }
  }
  const bytes = Buffer.from(JSON.stringify(body));
  return { method, path, query, headers: {}, body: bytes, requestId: "1" };
}
