// AWS SAM and CloudFormation templates: what they declare here, and what is said of the rest.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look so

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../../../host/expected-error.ts";
import type { DeclaredFunction, DeclaredFunctions } from "../../../project/declared-function.ts";
import { declareTemplate } from "../../../project/template/declare-template.ts";
import { makeFolder, writeInto } from "../folder.ts";

const env = { PATH: process.env.PATH ?? "", AWS_REGION: "eu-central-1" };

async function declareText(
  text: string,
  files: Record<string, string> = {},
): Promise<DeclaredFunctions> {
  const root = makeFolder({ "code/app.mjs": "export const handler = 1;", ...files });
  const name = text.startsWith("{") ? "template.json" : "template.yaml";
  writeInto(root, name, text);
  return (
    (await declareTemplate(join(root, name), env)) ?? assert.fail("it was taken for no template")
  );
}

/** A template with one function whose properties are these lines. */
function one(properties: string, rest = ""): string {
  const lines = `Type: AWS::Serverless::Function\nProperties:\n${indent(`CodeUri: code\nHandler: app.handler\nRuntime: nodejs24.x\n${properties}`, 2)}`;
  return `Transform: AWS::Serverless-2016-10-31\n${rest}\nResources:\n  Hello:\n${indent(lines, 4)}\n`;
}

function indent(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(by));
}

async function only(text: string, files: Record<string, string> = {}): Promise<DeclaredFunction> {
  const { functions } = await declareText(text, files);
  assert.equal(functions.length, 1);
  return functions[0] as DeclaredFunction;
}

async function messageOf(text: string): Promise<string> {
  const error = await declareText(text).then(
    () => assert.fail("it was accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ExpectedError, String(error));
  return error.message;
}

test("a function has its folder, handler and runtime, and Lambda's defaults", async () => {
  const { root, ...rest } = await only(one(""));
  assert.match(root, /\/code$/);
  assert.deepEqual(rest, {
    name: "Hello",
    handler: "app.handler",
    runtime: "nodejs24.x",
    memory: 128,
    timeout: 3,
    environment: {},
    layers: [],
    source: "template.yaml",
  });
});

test("Globals stand under a function as SAM merges them", async () => {
  const text = one(
    "Timeout: 5\nEnvironment:\n  Variables:\n    OWN: own\n    BOTH: own\nLayers:\n  - arn:aws:lambda:eu-central-1:123456789012:layer:b:2",
    [
      "Globals:",
      "  Function:",
      "    Timeout: 50",
      "    MemorySize: 512",
      "    Layers: ['arn:aws:lambda:eu-central-1:123456789012:layer:a:1']",
      "    Environment: { Variables: { ALL: all, BOTH: all } }",
    ].join("\n"),
  );
  const { timeout, memory, environment, layers } = await only(text);
  assert.deepEqual({ timeout, memory }, { timeout: 5, memory: 512 });
  assert.deepEqual(environment, { ALL: "all", BOTH: "own", OWN: "own" });
  assert.deepEqual(
    layers.map((layer) => layer.at(-1)),
    ["1", "2"],
  );
});

test("the other properties have their place in the declared function", async () => {
  const { url, ...declared } = await only(
    one(
      [
        "FunctionName: my-hello",
        "MemorySize: '1024'",
        "Architectures: [arm64]",
        "SnapStart: { ApplyOn: PublishedVersions }",
        "ReservedConcurrentExecutions: 2",
        "EphemeralStorage: { Size: 2048 }",
        "LoggingConfig: { LogFormat: JSON, ApplicationLogLevel: WARN, SystemLogLevel: INFO }",
        "CapacityProviderConfig: { Arn: !GetAtt Provider.Arn, PerExecutionEnvironmentMaxConcurrency: 8 }",
        "FunctionUrlConfig:",
        "  AuthType: AWS_IAM",
        "  InvokeMode: RESPONSE_STREAM",
        "  Cors: { AllowOrigins: ['*'], AllowCredentials: true, MaxAge: 60 }",
      ].join("\n"),
    ),
  );
  assert.deepEqual(url, {
    authType: "AWS_IAM",
    invokeMode: "RESPONSE_STREAM",
    cors: { AllowOrigins: ["*"], AllowCredentials: true, MaxAge: 60 },
  });
  const { name, memory, architecture, snapStart, reservedConcurrency, maxConcurrency } = declared;
  assert.deepEqual(
    { name, memory, architecture, snapStart, reservedConcurrency, maxConcurrency },
    {
      name: "my-hello",
      memory: 1024,
      architecture: "arm64",
      snapStart: true,
      reservedConcurrency: 2,
      maxConcurrency: 8,
    },
  );
  const { ephemeralStorage, logFormat, applicationLogLevel, systemLogLevel } = declared;
  assert.deepEqual(
    { ephemeralStorage, logFormat, applicationLogLevel, systemLogLevel },
    {
      ephemeralStorage: 2048,
      logFormat: "JSON",
      applicationLogLevel: "WARN",
      systemLogLevel: "INFO",
    },
  );
});

const intrinsics: Record<string, readonly [yaml: string, value: string]> = {
  "a parameter's default": ["!Ref Stage", "dev"],
  "a list parameter": ["!Join ['-', !Ref Zones]", "a-b"],
  "a pseudo parameter": ["!Ref AWS::Region", "eu-central-1"],
  "the account": ["!Ref AWS::AccountId", "012345678912"],
  Sub: ["!Sub '${Stage}.${AWS::URLSuffix}/${!Literal}'", "dev.amazonaws.com/${Literal}"],
  "Sub with variables": ["!Sub ['${Here}-${Stage}', { Here: !Ref AWS::Partition }]", "aws-dev"],
  "the long form": ["{ 'Fn::Join': ['/', [a, { Ref: Stage }]] }", "a/dev"],
  If: ["!If [IsProd, big, small]", "small"],
  "a condition of conditions": ["!If [IsOther, 1, 2]", "1"],
  FindInMap: ["!FindInMap [Sizes, !Ref Stage, size]", "7"],
  Select: ["!Select [1, !Split [',', 'x,y,z']]", "y"],
  Base64: ["!Base64 abc", "YWJj"],
  "a function's ARN": [
    "!GetAtt Hello.Arn",
    "arn:aws:lambda:eu-central-1:012345678912:function:Hello",
  ],
  "a function's name": ["!Ref Hello", "Hello"],
  "a resource with a name": ["!Ref Table", "dev-table"],
  "a number as it is written": ["012345678912", "012345678912"],
  "a boolean of YAML 1.1": ["yes", "true"],
  "a date": ["2010-09-09", "2010-09-09"],
};

const surroundings = [
  "Parameters:",
  "  Stage: { Type: String, Default: dev }",
  "  Zones: { Type: CommaDelimitedList, Default: 'a, b' }",
  "  Secret: { Type: String }",
  "  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b }",
  "Conditions:",
  "  IsProd: !Equals [!Ref Stage, prod]",
  "  IsOther: !And [!Not [!Condition IsProd], !Or [!Equals [1, '1'], !Condition IsOther]]",
  "Mappings: { Sizes: { dev: { size: 7 } } }",
].join("\n");
const table =
  "  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: !Sub '${Stage}-table' } }\n";

for (const [what, [yaml, value]] of Object.entries(intrinsics)) {
  test(`${what} is known: ${yaml}`, async () => {
    const text = one(`Environment: { Variables: { VALUE: ${yaml} } }`, surroundings) + table;
    const { functions, warnings } = await declareText(text);
    assert.equal(functions[0]?.environment.VALUE, value);
    assert.deepEqual(warnings, []);
  });
}

const unknown: Record<string, readonly [yaml: string, standsIn: string, named: string]> = {
  "a resource": ["!Ref Queue", "Queue", "VALUE = !Ref Queue"],
  "an attribute": ["!GetAtt Queue.Arn", "Queue.Arn", "VALUE = !GetAtt Queue.Arn"],
  "an export": ["!ImportValue shared", "shared", "VALUE = !ImportValue shared"],
  "a parameter without a default": ["!Ref Secret", "Secret", "VALUE = !Ref Secret"],
  "a stored parameter": ["!Ref Stored", "Stored", "VALUE = !Ref Stored"],
  "a part of a text": ["!Sub 'https://${Api}/x'", "https://Api/x", "VALUE = !Ref Api"],
  "a secret": ["'{{resolve:ssm:/a}}'", "{{resolve:ssm:/a}}", "VALUE = {{resolve:ssm:/a}}"],
  "a function of another day": ["!Tomorrow abc", "abc", "VALUE = !Tomorrow abc"],
};

for (const [what, [yaml, standsIn, named]] of Object.entries(unknown)) {
  test(`for ${what} that only AWS knows a name stands in, and a warning says where`, async () => {
    const { functions, warnings } = await declareText(
      one(`Environment: { Variables: { VALUE: ${yaml} } }`, surroundings),
    );
    assert.equal(functions[0]?.environment.VALUE, standsIn);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes(named), warnings[0]);
  });
}

test("AWS::NoValue takes a property away", async () => {
  const { timeout } = await only(one("Timeout: !If [IsProd, 30, !Ref AWS::NoValue]", surroundings));
  assert.equal(timeout, 3);
});

test("a layer of the template is its folder, and a URL resource belongs to its function", async () => {
  const text = `${one("Layers: [!Ref Tools]")}  Tools: { Type: 'AWS::Serverless::LayerVersion', Properties: { ContentUri: tools/ } }
  Address: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: !GetAtt Hello.Arn, AuthType: NONE } }
`;
  const { layers, url } = await only(text, { "tools/bin/": "" });
  assert.match(layers[0] ?? "", /\/tools$/);
  assert.deepEqual(url, { authType: "NONE", invokeMode: "BUFFERED" });
});

test("JSON and plain CloudFormation are templates too", async () => {
  const { name, root } = await only(
    JSON.stringify({
      AWSTemplateFormatVersion: "2010-09-09",
      Resources: {
        Plain: {
          Type: "AWS::Lambda::Function",
          Properties: { Code: "./code", Handler: "app.handler", Runtime: "provided.al2023" },
        },
      },
    }),
  );
  assert.equal(name, "Plain");
  assert.match(root, /\/code$/);
});

test("a function with a bootstrap of its own needs no handler", async () => {
  const text = one("")
    .replace(/ +Handler.*\n/, "")
    .replace("nodejs24.x", "provided.al2");
  assert.ok(!text.includes("Handler"));
  const { handler, runtime } = await only(text, { "code/bootstrap": "#!/bin/sh\n" });
  assert.deepEqual({ handler, runtime }, { handler: "bootstrap", runtime: "provided.al2" });
});

test("what cannot run here is left out with the reason, and the rest is served", async () => {
  const text = `${one("")}
  Python: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: code, Handler: a.b, Runtime: python3.13 } }
  Image: { Type: 'AWS::Serverless::Function', Properties: { PackageType: Image, ImageUri: x } }
  Inline: { Type: 'AWS::Serverless::Function', Properties: { InlineCode: x, Handler: a.b, Runtime: nodejs24.x } }
  Remote: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 's3://b/k', Handler: a.b, Runtime: nodejs24.x } }
  Bucket: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: b, S3Key: k }, Handler: a.b, Runtime: nodejs24.x } }
  Zip: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: a.zip, Handler: a.b, Runtime: nodejs24.x } }
  Never: { Type: 'AWS::Serverless::Function', Condition: Nope, Properties: { CodeUri: code, Handler: a.b, Runtime: nodejs24.x } }
  Nested: { Type: 'AWS::Serverless::Application', Properties: { Location: ./x } }
  Fn::ForEach::Many: [Name, [a, b], {}]
`;
  const { functions, warnings } = await declareText(text, { "a.zip": "PK" });
  assert.deepEqual(
    functions.map(({ name }) => name),
    ["Hello"],
  );
  const said = (name: string) => warnings.find((text) => text.includes(`: ${name}: `)) ?? "";
  assert.match(said("Python"), /no python3\.13 on this machine/);
  assert.match(said("Image"), /it is an image/);
  assert.match(said("Inline"), /its code stands in the template/);
  assert.match(said("Remote"), /its code is on S3/);
  assert.match(said("Bucket"), /its code is on S3/);
  assert.match(said("Zip"), /unpack it/);
  assert.match(said("Never"), /condition Nope does not hold/);
  assert.match(said("Nested"), /nested application/);
  assert.match(said("Fn::ForEach::Many"), /write the functions out/);
});

test("a name that stands twice counts as SAM counts it, with a warning", async () => {
  const { functions, warnings } = await declareText(one("Timeout: 5\nTimeout: 6"));
  assert.equal(functions[0]?.timeout, 6);
  assert.match(warnings[0] ?? "", /line 11 has a name/);
});

test("brackets that are indented too little are read as SAM reads them, places kept", async () => {
  const text = one('Layers: [\n]\nEnvironment: {\n"Variables": {\n  "STAGE": "dev"\n}}');
  assert.deepEqual((await only(text)).environment, { STAGE: "dev" });
  const left = text.replaceAll(/^ +(["}\]])/gm, "$1");
  assert.deepEqual((await only(left)).environment, { STAGE: "dev" });
  assert.match(
    await messageOf(left.replace('"dev"', "[1]")),
    /^template\.yaml:14:1: .*STAGE: must be a text/,
  );
});

test("a single file as the code is run from its folder", async () => {
  const { root } = await only(one("").replace(": code", ": code/app.mjs"));
  assert.match(root, /\/code$/);
});

test("an older Node is run as nodejs22.x, with a warning", async () => {
  const { functions, warnings } = await declareText(one("").replace("nodejs24.x", "nodejs18.x"));
  assert.equal(functions[0]?.runtime, "nodejs22.x");
  assert.match(warnings[0] ?? "", /no nodejs18\.x.*nodejs22\.x/);
});

const refused: Record<string, readonly [text: string, message: RegExp]> = {
  "what is no YAML": ["Resources:\n  A: [\n  B: }\n", /^template\.yaml:\d+:\d+: it is not YAML/],
  "a template without functions": [
    "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n",
    /there is no function in it; add a resource/,
  ],
  "a template with none that can run": [
    one("").replace("nodejs24.x", "java21"),
    /no function in it that can run here\n.*no java21/,
  ],
  "a time that is no number": [
    one("Timeout: soon"),
    /^template\.yaml:\d+:7: Hello\.Timeout: must be a number, not "soon"/,
  ],
  "a time that is too long": [one("Timeout: 901"), /Hello\.Timeout: 901 is not possible/],
  "a folder that is not there": [one("").replace(": code", ": gone"), /CodeUri: .*does not exist/],
  "a runtime that is missing": [
    one("").replace(/ +Runtime.*\n/, ""),
    /Hello\.Runtime: is missing; write/,
  ],
  "a handler that is missing": [
    one("").replace(/ +Handler.*\n/, ""),
    /Hello\.Handler: is missing; write/,
  ],
  "an unknown kind of authorisation": [
    one("FunctionUrlConfig: { AuthType: IAM }"),
    /FunctionUrlConfig\.AuthType: "IAM" is not possible\. Allowed: NONE, AWS_IAM/,
  ],
  "a URL without one": [one("FunctionUrlConfig: {}"), /AuthType: is missing; write NONE/],
  "a variable that is a list": [
    one("Environment: { Variables: { LIST: [1, 2] } }"),
    /Environment\.Variables\.LIST: must be a text, not \[1,2\]/,
  ],
  "variables that are none": [
    one("Environment: { Variables: [a] }"),
    /Environment\.Variables: must be a map/,
  ],
  "an unknown processor": [one("Architectures: [riscv]"), /Architectures: riscv is not possible/],
  "two functions of one name": [
    one("FunctionName: Twin") +
      one("FunctionName: Twin").split("Resources:\n")[1]?.replace("Hello:", "Second:"),
    /two functions have the name Twin/,
  ],
};

for (const [what, [text, message]] of Object.entries(refused)) {
  test(`${what} is refused with place and advice`, async () => {
    assert.match(await messageOf(text), message);
  });
}

test("aliases that grow without end are refused and do not hang", async () => {
  const lines = Array.from(
    { length: 30 },
    (_, n) => `x${n + 1}: &x${n + 1} [*x${n}, *x${n}, *x${n}]`,
  );
  assert.match(await messageOf(`x0: &x0 a\n${lines.join("\n")}\nResources: {}\n`), /aliases/);
});

test("a name that refers to itself is ended, and the logical id is the name", async () => {
  const { name } = await only(one("FunctionName: !Ref Hello"));
  assert.equal(name, "Hello");
});

test("a FunctionName that Lambda does not allow is not used, with a warning", async () => {
  const { functions, warnings } = await declareText(one("FunctionName: !GetAtt Queue.QueueName"));
  assert.equal(functions[0]?.name, "Hello");
  assert.match(warnings.join(), /FunctionName \(Queue\.QueueName\) is no name.*here it is Hello/);
});

test("YAML of another tool is no template", async () => {
  const root = makeFolder({ "template.yaml": "name: something\nsteps: [a, b]\n" });
  assert.equal(await declareTemplate(join(root, "template.yaml"), env), undefined);
});
