// Which template a project has, and the values that it is given: options, samconfig.toml, --env-vars.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { declareFunctions } from "../../project/declare-functions.ts";
import { makeFolder } from "./folder.ts";

const env = { PATH: process.env.PATH ?? "" };

function template(name: string, variables = "STAGE: !Ref Stage"): string {
  return `Transform: AWS::Serverless-2016-10-31
Parameters: { Stage: { Type: String }, Size: { Type: Number, Default: 1 } }
Resources:
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: app.handler
      Runtime: nodejs24.x
      MemorySize: 256
      Environment: { Variables: { ${variables}, SIZE: !Ref Size, STACK: !Ref AWS::StackName } }
`;
}

const code = { "code/app.mjs": "export const handler = 1;" };
const samconfig = `version = 0.1
[default.global.parameters]
parameter_overrides = "Stage=global Size=2"
stack_name = "mine"
[default.deploy.parameters]
parameter_overrides = ["Stage=deploy"]
[default.local_start_lambda.parameters]
parameter_overrides = "Stage=\\"a b\\""
[prod.global.parameters]
parameter_overrides = "Stage=prod"
`;

const sections: Record<string, readonly [command: "dev" | "deploy" | "build", stage: string]> = {
  "the section of the local service": ["dev", "a b"],
  "the section of deploy": ["deploy", "deploy"],
  "the global section": ["build", "global"],
};
for (const [what, [command, stage]] of Object.entries(sections)) {
  test(`${command} reads ${what} of samconfig.toml over the global one`, async () => {
    const root = makeFolder({
      ...code,
      "template.yaml": template("Hello"),
      "samconfig.toml": samconfig,
    });
    const { functions, warnings, files } = await declareFunctions(root, env, { command });
    assert.deepEqual(functions[0]?.environment, { STAGE: stage, SIZE: "2", STACK: "mine" });
    assert.deepEqual(warnings, []);
    assert.ok(files.includes(join(root, "samconfig.toml")));
  });
}

test("what the command line says wins over samconfig, which may be YAML", async () => {
  const yaml =
    "default: { global: { parameters: { parameter_overrides: { Stage: yaml, Size: 3 } } } }";
  const root = makeFolder({ ...code, "template.yaml": template("Hello"), "samconfig.yaml": yaml });
  const { functions } = await declareFunctions(root, env, { parameterOverrides: ["Stage=mine"] });
  assert.deepEqual(
    [functions[0]?.environment.STAGE, functions[0]?.environment.SIZE],
    ["mine", "3"],
  );
});

test("samconfig names the template", async () => {
  const root = makeFolder({
    "infra/sam.yaml": template("Named").replace("CodeUri: code", "CodeUri: ../code"),
    ...code,
    "samconfig.toml": '[default.global.parameters]\ntemplate_file = "infra/sam.yaml"\n',
  });
  const { functions, source } = await declareFunctions(root, env);
  assert.deepEqual([functions[0]?.name, source], ["Named", "sam.yaml"]);
});

test("a samconfig that is not TOML is refused with its place", async () => {
  const root = makeFolder({
    ...code,
    "template.yaml": template("Hello"),
    "samconfig.toml": "[default\n",
  });
  await assert.rejects(declareFunctions(root, env), {
    message: /^samconfig\.toml:1:\d+: it is not valid TOML: /,
  });
});

test("--template names a file of any name and place; paths in it start from there", async () => {
  const root = makeFolder({
    "one.ts": "",
    "stdlambda.config.json": '{"functions":{"one":"one.ts"}}',
    "infra/x.yml": template("Other"),
    "infra/code/app.mjs": "export const handler = 1;",
  });
  const { functions, warnings } = await declareFunctions(root, env, {
    template: join(root, "infra/x.yml"),
    parameterOverrides: ["Stage=s"],
  });
  assert.equal(functions[0]?.root, join(root, "infra/code"));
  assert.deepEqual(warnings, []);
});

const refused: Record<string, readonly [template: string, overrides: string[], message: RegExp]> = {
  "a template that is not there": ["gone.yaml", [], /^the template .*gone\.yaml does not exist$/],
  "a folder as the template": ["code", [], /^the template .*code is not a file$/],
  "YAML of another tool": [
    "other.yaml",
    [],
    /other\.yaml is not an AWS SAM or CloudFormation template$/,
  ],
  "a parameter that it does not have": [
    "template.yaml",
    ["Stagee=x"],
    /^template\.yaml: it has no parameter Stagee\. Did you mean Stage\?$/,
  ],
};
for (const [what, [name, parameterOverrides, message]] of Object.entries(refused)) {
  test(`${what} is refused`, async () => {
    const root = makeFolder({ ...code, "template.yaml": template("Hello"), "other.yaml": "a: 1" });
    const options = { template: join(root, name), parameterOverrides };
    await assert.rejects(declareFunctions(root, env, options), { message });
  });
}

test("parameters without a template are refused", async () => {
  const root = makeFolder({ "one.ts": "console.log(1)" });
  await assert.rejects(declareFunctions(root, env, { parameterOverrides: ["A=1"] }), {
    message: /--parameter-overrides is for a template/,
  });
});

/** As `cdk synth` writes it. */
function synthesized(logicalId: string, asset: string): string {
  return JSON.stringify({
    Resources: {
      [logicalId]: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Code: { S3Bucket: { "Fn::Sub": "cdk-assets" }, S3Key: "x.zip" },
          Handler: "app.handler",
          Runtime: "nodejs24.x",
          Role: { "Fn::GetAtt": ["Role1", "Arn"] },
        },
        Metadata: { "aws:asset:path": asset, "aws:asset:property": "Code" },
      },
    },
  });
}

const assemblies = {
  "One.template.json": synthesized("One1", "asset.1"),
  "Two.template.json": synthesized("Two2", "asset.1"),
  "Empty.template.json": '{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}',
  "assembly-Prod/ProdOne.template.json": synthesized("Prod3", "../asset.1"),
  "asset.1/app.mjs": "export const handler = 1;",
  "manifest.json": "{}",
};
for (const folder of ["cdk.out/", ""]) {
  test(`all stacks that the CDK wrote are served, from ${folder || "their own folder"}`, async () => {
    const files = Object.entries(assemblies).map(([name, text]) => [`${folder}${name}`, text]);
    const root = makeFolder({ ...Object.fromEntries(files), "cdk.json": "{}" });
    const { functions, faults } = await declareFunctions(root, env);
    assert.deepEqual(functions.map(({ name }) => name).sort(), ["One1", "Prod3", "Two2"]);
    assert.ok(functions.every(({ root: own }) => own === join(root, folder, "asset.1")));
    assert.deepEqual(faults, []);
  });
}

test("--env-vars gives declared variables other values, by logical id, by name or for all", async () => {
  const root = makeFolder({
    ...code,
    "template.yaml": `${template("Hello", "NAME: a, OTHER: b, STAGE: !Ref Stage").replace("MemorySize", "FunctionName: my-hello\n      MemorySize")}`,
    "env.json":
      '\uFEFF{"Parameters":{"NAME":"all","SIZE":9,"MORE":1},"Hello":{"OTHER":true},"Nobody":{"A":"1"}}',
  });
  const { functions, warnings, files } = await declareFunctions(root, env, {
    envVars: join(root, "env.json"),
    parameterOverrides: ["Stage=x"],
  });
  assert.deepEqual(functions[0]?.environment, {
    NAME: "all",
    OTHER: "true",
    STAGE: "x",
    SIZE: "9",
    STACK: functions[0]?.environment.STACK,
  });
  assert.match(warnings.join("\n"), /env\.json: Parameters: .*no function declares it: MORE/);
  assert.match(warnings.join("\n"), /env\.json: there is no function Nobody/);
  assert.ok(files.includes(join(root, "env.json")));
});

const badFiles: Record<string, readonly [text: string, message: RegExp]> = {
  "what is not JSON": ["{", /^env\.json:1:2: it is not valid JSON/],
  "a list": ["[]", /^env\.json: it must be an object of variables/],
  "variables without a function": ['{"A":"1"}', /^env\.json: A must be an object of variables/],
};
for (const [what, [text, message]] of Object.entries(badFiles)) {
  test(`${what} as --env-vars is refused`, async () => {
    const root = makeFolder({ ...code, "template.yaml": template("Hello"), "env.json": text });
    await assert.rejects(declareFunctions(root, env, { envVars: join(root, "env.json") }), {
      message,
    });
  });
}
