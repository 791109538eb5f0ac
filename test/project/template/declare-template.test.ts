// AWS SAM and CloudFormation templates: what they declare here, and what is said of the rest.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look so

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
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
    (await declareTemplate(join(root, name), env)) ?? assert.fail("it was not taken for a template")
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

test("a parameter without a value is said once, with the ways to give it one", async () => {
  const text = one(
    "Environment: { Variables: { VA: !Ref Secret, VB: !Sub '${Secret}/b' } }",
    surroundings,
  );
  const { functions, warnings } = await declareText(text);
  assert.deepEqual(functions[0]?.environment, { VA: "Secret", VB: "Secret/b" });
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? "",
    /the parameter Secret has no value.*--parameter-overrides Secret=VALUE, in samconfig\.toml/,
  );
});

test("the values of parameters are those that were given, and then their defaults", async () => {
  const root = makeFolder({
    "code/app.mjs": "export const handler = 1;",
    "template.yaml": one(
      "Environment: { Variables: { VA: !Ref Secret, VB: !Ref Stage, VC: !Join ['+', !Ref Zones] } }",
      surroundings,
    ),
  });
  const parameters = { Secret: "s", Zones: "x,y" };
  const declared = await declareTemplate(join(root, "template.yaml"), env, { parameters });
  assert.deepEqual(declared?.functions[0]?.environment, { VA: "s", VB: "dev", VC: "x+y" });
  assert.deepEqual(declared?.warnings, []);
});

const noValues: Record<string, string> = {
  "a variable": "Environment: { Variables: { VA: !If [IsProd, a, !Ref AWS::NoValue], VB: b } }",
  "a variable written the long way":
    "Environment: { Variables: { VA: { 'Fn::If': [IsProd, a, { Ref: 'AWS::NoValue' }] }, VB: b } }",
  "variables made by a condition":
    "Environment: { Variables: !If [IsProd, { VA: a }, { VA: !Ref AWS::NoValue, VB: b }] }",
  "one inside of another condition":
    "Environment: { Variables: { VA: !If [IsProd, a, !If [IsProd, a, !Ref AWS::NoValue]], VB: b } }",
};
for (const [what, yaml] of Object.entries(noValues)) {
  test(`AWS::NoValue takes ${what} away`, async () => {
    assert.deepEqual((await only(one(yaml, surroundings))).environment, { VB: "b" });
  });
}

test("a variable without a value is empty, and a list loses its items of AWS::NoValue", async () => {
  const { environment, layers } = await only(
    one(
      "Environment: { Variables: { EMPTY: } }\nLayers: [!If [IsProd, x, !Ref AWS::NoValue], ./code]",
      surroundings,
    ),
  );
  assert.deepEqual(environment, { EMPTY: "" });
  assert.equal(layers.length, 1);
});

test("AWS::NoValue takes a property away", async () => {
  const { timeout } = await only(one("Timeout: !If [IsProd, 30, !Ref AWS::NoValue]", surroundings));
  assert.equal(timeout, 3);
});

const ignoring: Record<string, readonly [ignored: string, timeout: number, memory: number]> = {
  all: ["IgnoreGlobals: '*'", 3, 128],
  some: ["IgnoreGlobals: [Timeout]", 3, 512],
};
for (const [what, [ignored, timeout, memory]] of Object.entries(ignoring)) {
  test(`IgnoreGlobals leaves ${what} of them out`, async () => {
    const globals = "Globals: { Function: { Timeout: 50, MemorySize: 512 } }";
    const text = one("", globals).replace("    Properties:", `    ${ignored}\n    Properties:`);
    const declared = await only(text);
    assert.deepEqual([declared.timeout, declared.memory], [timeout, memory]);
  });
}

for (const reference of [
  "!Ref Tools",
  "!GetAtt Tools.LayerVersionArn",
  "!Sub '${Tools.LayerVersionArn}'",
  "./tools",
]) {
  test(`a layer is found by ${reference}`, async () => {
    const text = `${one(`Layers: [${reference}]`)}  Tools: { Type: 'AWS::Serverless::LayerVersion', Properties: { ContentUri: tools/ } }\n`;
    const { layers } = await only(text, { "tools/bin/": "" });
    assert.match(layers[0] ?? "", /\/tools$/);
  });
}

test("AutoPublishAlias makes a version and an alias, and the URL and the retries are the alias's", async () => {
  const { alias, versions, aliases, eventInvoke, environment } = await only(
    one(
      [
        "AutoPublishAlias: live",
        "FunctionUrlConfig: { AuthType: NONE }",
        "EventInvokeConfig: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60, DestinationConfig: { OnFailure: { Type: SQS, Destination: 'arn:aws:sqs:eu-central-1:123456789012:q' } } }",
        "Environment: { Variables: { VA: !Sub '${Hello.Alias}', VB: !Sub '${Hello.Version}' } }",
      ].join("\n"),
    ),
  );
  assert.deepEqual(
    { alias, versions, aliases },
    { alias: "live", versions: 1, aliases: { live: "1" } },
  );
  assert.deepEqual(eventInvoke, [
    {
      maximumRetryAttempts: 1,
      maximumEventAge: 60,
      onFailure: "arn:aws:sqs:eu-central-1:123456789012:q",
      qualifier: "live",
    },
  ]);
  const arn = "arn:aws:lambda:eu-central-1:012345678912:function:Hello";
  assert.deepEqual(environment, { VA: `${arn}:live`, VB: `${arn}:1` });
});

test("versions, aliases, URLs and retries are resources of their own, in any order", async () => {
  const { alias, versions, aliases, aliasUrls, url, eventInvoke, environment } = await only(
    `${one("Environment: { Variables: { VA: !Ref Live, VV: !GetAtt Second.Version } }")}  Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: !Ref Hello, FunctionVersion: !GetAtt Second.Version, Name: live } }
  First: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: !Ref Hello } }
  Second: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: !GetAtt Hello.Arn } }
  Address: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: !Ref Hello, Qualifier: live, AuthType: NONE } }
  Retries: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: !Ref Hello, Qualifier: $LATEST, MaximumRetryAttempts: 0 } }
`,
  );
  assert.deepEqual(
    { alias, versions, aliases },
    { alias: undefined, versions: 2, aliases: { live: "2" } },
  );
  assert.equal(url, undefined);
  assert.deepEqual(aliasUrls, { live: { authType: "NONE", invokeMode: "BUFFERED" } });
  assert.deepEqual(eventInvoke, [{ maximumRetryAttempts: 0 }]);
  assert.deepEqual(environment, {
    VA: "arn:aws:lambda:eu-central-1:012345678912:function:Hello:live",
    VV: "2",
  });
});

test("Fn::ForEach is written out, in resources, in properties, and inside of itself", async () => {
  const { functions, warnings } = await declareText(`
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: { Names: { Type: CommaDelimitedList, Default: 'a-1,b' } }
Mappings: { Times: { b: { seconds: 9 } } }
Resources:
  Fn::ForEach::Outer:
    - Name
    - !Ref Names
    - 'Do&{Name}':
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: code
          Handler: app.handler
          Runtime: nodejs24.x
          FunctionName: !Sub 'do-\${Name}'
          Timeout: !FindInMap [Times, !Ref Name, seconds, { DefaultValue: 4 }]
          Environment:
            Variables:
              COUNT: !Length [1, 2, 3]
              JSON: !ToJsonString { name: !Ref Name }
              'Fn::ForEach::Inner':
                - Letter
                - [X, Y]
                - 'V_\${Letter}': !Ref Letter
`);
  assert.deepEqual(
    functions.map(({ name, timeout, environment }) => ({ name, timeout, environment })),
    [
      {
        name: "do-a-1",
        timeout: 4,
        environment: { COUNT: "3", JSON: '{"name":"a-1"}', V_X: "X", V_Y: "Y" },
      },
      {
        name: "do-b",
        timeout: 9,
        environment: { COUNT: "3", JSON: '{"name":"b"}', V_X: "X", V_Y: "Y" },
      },
    ],
  );
  assert.deepEqual(warnings, []);
});

test("a loop that cannot be read, or has no end, is a fault of its own", async () => {
  const many = Array.from({ length: 100 }, (_, n) => n);
  const loop = (body: string, name: string) =>
    `  Fn::ForEach::${name}:\n    - ${name}\n    - [${many}]\n    - ${body}\n`;
  const endless = `{ 'Fn::ForEach::In': [In, [${many}], { 'Fn::ForEach::On': [On, [${many}], { 'X&{In}Y&{On}Z&{Out}': { Type: 'A::B::C' } }] }] }`;
  const { functions, faults } = await declareText(
    `${one("")}  Fn::ForEach::Bad: [Name, !Ref Nothing, {}]\n${loop(endless, "Out")}`,
  );
  assert.equal(functions.length, 1);
  assert.match(
    faults[0]?.message ?? "",
    /^template\.yaml:\d+:3: Fn::ForEach::Bad: its loop cannot be read/,
  );
});

test("maps are merged from lists, the first of which wins, and the map's own members before all", async () => {
  const text = one("").replace(
    /Properties:.*/s,
    "Properties:\n      Timeout: 9\n      <<: [*one, *two]\n      CodeUri: code\n",
  );
  const anchors =
    "One: &one { Handler: app.handler, Runtime: nodejs24.x, Timeout: 5 }\nTwo: &two { Runtime: nodejs22.x, MemorySize: 256 }\n";
  const { runtime, memory, timeout } = await only(anchors + text);
  assert.deepEqual(
    { runtime, memory, timeout },
    { runtime: "nodejs24.x", memory: 256, timeout: 9 },
  );
});

test("a second YAML document is not read, which is said; an empty one does not count", async () => {
  const { functions, warnings } = await declareText(`---\n# head\n---\n${one("")}---\nother: 1\n`);
  assert.equal(functions.length, 1);
  assert.match(warnings.join(), /a second YAML document begins in line 15/);
  assert.deepEqual((await declareText(`${one("")}---\n`)).warnings, []);
});

test("code that the CDK wrote is where its metadata says", async () => {
  const { root, layers } = await only(
    JSON.stringify({
      Resources: {
        HelloD4E5: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Code: { S3Bucket: { "Fn::Sub": "cdk-${AWS::AccountId}" }, S3Key: "x.zip" },
            Handler: "app.handler",
            Runtime: "nodejs24.x",
            Layers: [{ Ref: "Tools" }],
          },
          Metadata: { "aws:asset:path": "asset.1", "aws:asset:property": "Code" },
        },
        Tools: {
          Type: "AWS::Lambda::LayerVersion",
          Properties: { Content: { S3Bucket: "b", S3Key: "k" } },
          Metadata: { "aws:asset:path": "asset.2", "aws:asset:property": "Content" },
        },
      },
    }),
    { "asset.1/app.mjs": "export const handler = 1;", "asset.2/bin/": "" },
  );
  assert.match(root, /\/asset\.1$/);
  assert.match(layers[0] ?? "", /\/asset\.2$/);
});

test("a fault in one function is told with its place, and the others are served", async () => {
  const second = one("Timeout: 901").split("Resources:\n")[1]?.replace("Hello:", "Second:");
  const third = one("FunctionName: Hello").split("Resources:\n")[1]?.replace("Hello:", "Third:");
  const { functions, faults } = await declareText(`${one("")}${second}${third}`);
  assert.deepEqual(
    functions.map(({ name }) => name),
    ["Hello"],
  );
  assert.match(
    faults[0]?.message ?? "",
    /^template\.yaml:17:7: Second\.Timeout: 901 is not possible/,
  );
  assert.match(faults[1]?.message ?? "", /two functions have the name Hello/);
  assert.deepEqual(
    faults.map(({ name }) => name),
    ["Second", "Hello"],
  );
});

test("what holds for many functions is said once", async () => {
  const functions = [1, 2, 3].map(
    (n) =>
      `  F${n}: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: code, Handler: app.handler, Runtime: nodejs18.x, VpcConfig: {}, Timout: 5, Environment: { Variables: { TABLE: !Ref Table } } } }`,
  );
  const { warnings } = await declareText(
    `Transform: AWS::Serverless-2016-10-31\nResources:\n${functions.join("\n")}\n`,
  );
  assert.deepEqual(
    warnings.map((text) => text.replace("template.yaml: ", "").slice(0, 60)),
    [
      "F1, F2, F3: nodejs18.x is not available on this machine; nod",
      "F1, F2, F3: Timout is not a property of a function. Did you mean Timeout?",
      "only AWS knows some values, and names stand in for them: TABLE =",
      "not used on this machine: VpcConfig.",
    ].map((text) => text.slice(0, 60)),
  );
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

test("code in the template itself is the file that CloudFormation makes of it", async () => {
  const python = 'def handler(event, context):\n    return "${AWS::Region}"\n';
  const { functions, warnings } = await declareText(`
Resources:
  Sam:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      InlineCode: !Sub ${JSON.stringify(python)}
  Plain:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      Role: arn:aws:iam::123456789012:role/any
      Code: { ZipFile: "exports.handler = async () => 1;" }
`);
  assert.deepEqual(
    warnings.filter((text) => text.includes("left out")),
    [],
  );
  const [sam, plain] = functions;
  assert.match(sam?.root ?? "", /\/\.stdlambda\/inline\/Sam-[\da-f]{8}$/);
  const code = readFileSync(join(sam?.root ?? "", "index.py"), "utf8");
  assert.equal(code, 'def handler(event, context):\n    return "eu-central-1"\n');
  assert.ok(existsSync(join(plain?.root ?? "", "index.js")));
});

for (const [given, used] of [
  ["python2.7", "python3.9"],
  ["python3.8", "python3.9"],
  ["python3.10", undefined],
  ["python3.99", "python3.15"],
  ["ruby2.7", "ruby3.2"],
  ["ruby3.4", undefined],
] as const) {
  test(`${given} is run as ${used ?? "it is"}`, async () => {
    const { functions, warnings } = await declareText(one("").replace("nodejs24.x", given));
    assert.equal(functions[0]?.runtime, used ?? given);
    const expected = `${given} is not available on this machine; ${used} is used.`;
    assert.equal(warnings.join().includes(expected), used !== undefined, warnings.join());
  });
}

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
  Java: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: code, Handler: a.b, Runtime: java21 } }
  Image: { Type: 'AWS::Serverless::Function', Properties: { PackageType: Image, ImageUri: x } }
  Inline: { Type: 'AWS::Serverless::Function', Properties: { InlineCode: x, Handler: a.b, Runtime: ruby3.4 } }
  Remote: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 's3://b/k', Handler: a.b, Runtime: nodejs24.x } }
  Bucket: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: b, S3Key: k }, Handler: a.b, Runtime: nodejs24.x } }
  Zip: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: a.zip, Handler: a.b, Runtime: nodejs24.x } }
  Never: { Type: 'AWS::Serverless::Function', Condition: Nope, Properties: { CodeUri: code, Handler: a.b, Runtime: nodejs24.x } }
  Nested: { Type: 'AWS::Serverless::Application', Properties: { Location: ./x } }
`;
  const { functions, warnings } = await declareText(text, { "a.zip": "PK" });
  assert.deepEqual(
    functions.map(({ name }) => name),
    ["Hello"],
  );
  const said = (name: string) => warnings.find((text) => text.includes(`: ${name}: `)) ?? "";
  assert.match(said("Java"), /java21 is not available on this machine/);
  assert.match(said("Image"), /it is a container image/);
  assert.match(said("Inline"), /its code is in the template itself/);
  assert.match(said("Remote"), /its code is on S3/);
  assert.match(said("Bucket"), /its code is on S3/);
  assert.match(said("Zip"), /unpack it/);
  assert.match(said("Never"), /condition Nope does not hold/);
  assert.match(said("Nested"), /nested application/);
});

test("a name that occurs twice counts as SAM counts it, with a warning", async () => {
  const { functions, warnings } = await declareText(one("Timeout: 5\nTimeout: 6"));
  assert.equal(functions[0]?.timeout, 6);
  assert.match(warnings[0] ?? "", /line 11 repeats a key/);
});

test("brackets that are indented too little are read as SAM reads them, places kept", async () => {
  const text = one('Layers: [\n]\nEnvironment: {\n"Variables": {\n  "STAGE": "dev"\n}}');
  assert.deepEqual((await only(text)).environment, { STAGE: "dev" });
  const left = text.replaceAll(/^ +(["}\]])/gm, "$1");
  assert.deepEqual((await only(left)).environment, { STAGE: "dev" });
  assert.match(
    await messageOf(left.replace('"dev"', "[1]")),
    /^template\.yaml:14:1: .*STAGE: must be a string/,
  );
});

test("a single file as the code is run from its folder", async () => {
  const { root } = await only(one("").replace(": code", ": code/app.mjs"));
  assert.match(root, /\/code$/);
});

test("an older Node is run as nodejs22.x, with a warning", async () => {
  const { functions, warnings } = await declareText(one("").replace("nodejs24.x", "nodejs18.x"));
  assert.equal(functions[0]?.runtime, "nodejs22.x");
  assert.match(warnings[0] ?? "", /nodejs18\.x is not available.*nodejs22\.x/);
});

const refused: Record<string, readonly [text: string, message: RegExp]> = {
  "what is not YAML": [
    "Resources:\n  A: [\n  B: }\n",
    /^template\.yaml:\d+:\d+: it is not valid YAML/,
  ],
  "a template without functions": [
    "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n",
    /it has no function; add a resource/,
  ],
  "a template with none that can run": [
    one("").replace("nodejs24.x", "java21"),
    /no function that can run here\n.*java21 is not available/,
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
    /FunctionUrlConfig\.AuthType: "IAM" is not a possible value\. Allowed: NONE, AWS_IAM/,
  ],
  "a URL without one": [one("FunctionUrlConfig: {}"), /AuthType: is missing; write NONE/],
  "a variable that is a list": [
    one("Environment: { Variables: { LIST: [1, 2] } }"),
    /Environment\.Variables\.LIST: must be a string, not \[1,2\]/,
  ],
  "variables that are none": [
    one("Environment: { Variables: [a] }"),
    /Environment\.Variables: must be a map/,
  ],
  "an unknown processor": [one("Architectures: [riscv]"), /Architectures: riscv is not possible/],
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
  assert.match(
    warnings.join(),
    /FunctionName Queue\.QueueName is not a valid name; here it is Hello\.$/,
  );
});

test("YAML of another tool is not a template", async () => {
  const root = makeFolder({ "template.yaml": "name: something\nsteps: [a, b]\n" });
  assert.equal(await declareTemplate(join(root, "template.yaml"), env), undefined);
});
