import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readInput } from "../../../local/api-model/read-input.ts";
import { validationFault } from "../../../local/api-model/validate.ts";
import { model, type OperationName, shapeOf } from "../../../local/control/model.ts";
import { ServiceError } from "../../../local/service-error.ts";

/** Reads and checks a request of an operation. */
function check(operation: OperationName, body: unknown, labels = {}, query = "") {
  const shape = model.operations[operation].input;
  const source = {
    labels,
    query: new URLSearchParams(query),
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  };
  const input = readInput(shape, source, shapeOf);
  const fault = validationFault(shape, input, shapeOf);
  if (fault !== undefined) throw new ServiceError("ValidationException", 400, fault);
  return input;
}

const role = "arn:aws:iam::012345678912:role/lambda";
const least = { FunctionName: "hello", Role: role, Code: {} };

const violations = {
  "members that are missing": [
    "CreateFunction",
    {},
    "3 validation errors detected: Value null at 'functionName' failed to satisfy constraint: Member must not be null; Value null at 'role' failed to satisfy constraint: Member must not be null; Value null at 'code' failed to satisfy constraint: Member must not be null",
  ],
  "a null is missing too": [
    "CreateFunction",
    { ...least, Role: null },
    "1 validation error detected: Value null at 'role' failed to satisfy constraint: Member must not be null",
  ],
  "a pattern": [
    "CreateFunction",
    { ...least, Role: "r1" },
    "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
  ],
  "a value that matches in its middle only": [
    "CreateFunction",
    { ...least, Handler: "a b" },
    "1 validation error detected: Value 'a b' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+",
  ],
  "a length and a pattern": [
    "CreateFunction",
    { ...least, FunctionName: `!${"a".repeat(140)}` },
    `2 validation errors detected: Value '!${"a".repeat(140)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 140; Value '!${"a".repeat(140)}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
  ],
  "a number that is too small": [
    "CreateFunction",
    { ...least, MemorySize: 64 },
    "1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
  ],
  "an enum inside": [
    "CreateFunction",
    { ...least, SnapStart: { ApplyOn: "x" } },
    "1 validation error detected: Value 'x' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]",
  ],
  "a list that is too long": [
    "CreateFunction",
    { ...least, Architectures: ["x86_64", "arm64"] },
    "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
  ],
  "a member of a list": [
    "CreateFunction",
    { ...least, Architectures: ["X86_64"] },
    "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
  ],
  "a structure in a list": [
    "CreateFunction",
    { ...least, FileSystemConfigs: [{ Arn: "x" }] },
    "2 validation errors detected: Value 'x' at 'fileSystemConfigs.1.member.arn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws[a-zA-Z-]*:elasticfilesystem:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}; Value null at 'fileSystemConfigs.1.member.localMountPath' failed to satisfy constraint: Member must not be null",
  ],
  "a secret, whose value is not repeated": [
    "CreateFunction",
    { ...least, Environment: { Variables: { "my secret": "value" } } },
    "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
  ],
  "a name with two capitals": [
    "CreateFunction",
    { ...least, KMSKeyArn: "x" },
    "1 validation error detected: Value 'x' at 'kMSKeyArn' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
  ],
} as const;

for (const [name, [operation, body, message]] of Object.entries(violations)) {
  test(`${name}: the error has AWS's wording`, () => {
    assert.throws(() => check(operation, body), {
      type: "ValidationException",
      status: 400,
      message,
    });
  });
}

const misfits = {
  "what is no JSON": ["{", /^Could not parse request body into json: /],
  "what is no object": ["[]", /^Expected a JSON object .* got A list$/],
  "a string for a number": [
    { ...least, Timeout: "3" },
    /^STRING_VALUE can not be converted to an Integer at 'timeout'$/,
  ],
  "a fraction for an integer": [
    { ...least, Timeout: 3.5 },
    /^DECIMAL_VALUE can not be converted to an Integer at 'timeout'$/,
  ],
  "a number for a string": [{ ...least, Role: 1 }, /^NUMBER_VALUE .* a String at 'role'$/],
  "a list for a structure": [{ ...least, Code: [] }, /^A list .* a structure at 'code'$/],
  "a string for a list": [{ ...least, Layers: "x" }, /^STRING_VALUE .* a list at 'layers'$/],
  "a structure in a map of strings": [
    { ...least, Tags: { a: {} } },
    /^A structure .* a String at 'tags'$/,
  ],
  "what is no base64": [{ ...least, Code: { ZipFile: "%%%" } }, /'code\.zipFile' is not base64/],
} as const;

for (const [name, [body, message]] of Object.entries(misfits)) {
  test(`${name} is a SerializationException`, () => {
    assert.throws(() => check("CreateFunction", body), {
      type: "SerializationException",
      status: 400,
      message,
    });
  });
}

test("labels and parameters are read with their types, and unknown members dropped", () => {
  const body = { Description: "x", Unknown: 1, Content: { ZipFile: "aGk=", Other: [] } };
  assert.deepEqual(check("PublishLayerVersion", body, { LayerName: "tools" }), {
    LayerName: "tools",
    Description: "x",
    Content: { ZipFile: Buffer.from("hi") },
  });
  const query = "MaxItems=7&Marker=a%20b&Unknown=1";
  assert.deepEqual(check("ListFunctions", "", {}, query), { MaxItems: 7, Marker: "a b" });
  const Resource = "arn:aws:lambda:us-east-1:012345678912:function:hello";
  const keys = "tagKeys=a&tagKeys=b";
  assert.deepEqual(check("UntagResource", "", { Resource }, keys), {
    Resource,
    TagKeys: ["a", "b"],
  });
  assert.throws(() => check("ListFunctions", "", {}, "MaxItems=many"), {
    type: "SerializationException",
  });
  assert.throws(() => check("UntagResource", "", { Resource }), {
    message: /^1 validation error detected: Value null at 'tagKeys' failed/,
  });
});

test("a list that is too long is shown with the structures in it", () => {
  const FileSystemConfigs = [{ Arn: "a", LocalMountPath: "b" }, {}];
  assert.throws(
    () => check("UpdateFunctionConfiguration", { FileSystemConfigs }, { FunctionName: "hello" }),
    {
      message:
        /Value '\[\{Arn=a, LocalMountPath=b\}, \{\}\]' at 'fileSystemConfigs' failed .* less than or equal to 1/,
    },
  );
});

test("whatever comes as a body, the answer is an input or an error of the API", () => {
  const operation = fc.constantFrom(...(Object.keys(model.operations) as OperationName[]));
  const members = fc.dictionary(
    fc.constantFrom(...Object.keys(model.shapes.CreateFunctionRequest?.members ?? {})),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(operation, fc.oneof(members, fc.jsonValue()), (name, body) => {
      try {
        check(name, body, { FunctionName: "hello" });
      } catch (error) {
        assert.ok(error instanceof ServiceError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
