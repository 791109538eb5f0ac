// A template as `stdlambda dev` serves it, to AWS's own client.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import {
  GetAliasCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionUrlConfigsCommand,
  PublishLayerVersionCommand,
} from "@aws-sdk/client-lambda";
import { startDev } from "../../end-to-end/dev-process.ts";
import { zip } from "../../end-to-end/zip.ts";

function clientOf(url: string): LambdaClient {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  return new LambdaClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
}

const code =
  "export const handler = async (e, c) => ({ v: c.functionVersion, arn: c.invokedFunctionArn });";

test("versions, aliases, URLs and retries of a template are those of the service", async (t) => {
  const template = `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { CodeUri: code, Handler: app.handler, Runtime: nodejs24.x } }
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      AutoPublishAlias: live
      FunctionUrlConfig: { AuthType: NONE }
      EventInvokeConfig: { MaximumRetryAttempts: 0 }
  Slow: { Type: AWS::Serverless::Function, Properties: { Timeout: 901 } }
  Gone: { Type: AWS::Serverless::Function, Properties: { CodeUri: gone } }
`;
  const dev = await startDev(t, { "template.yaml": template, "code/app.mjs": code });
  assert.match(dev.log(), /template\.yaml:\d+:\d+: Slow\.Timeout: 901 is not possible/);
  assert.match(dev.log(), /template\.yaml:\d+:\d+: Gone\.CodeUri: .*does not exist/);
  const client = clientOf(dev.url);
  const named = { FunctionName: "Hello" };
  const invoke = async (Qualifier: string) => {
    const { Payload } = await client.send(new InvokeCommand({ ...named, Qualifier }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  assert.equal((await invoke("live")).v, "1");
  assert.match((await invoke("live")).arn, /:Hello:live$/);
  assert.equal((await invoke("$LATEST")).v, "$LATEST");
  const alias = await client.send(new GetAliasCommand({ ...named, Name: "live" }));
  assert.equal(alias.FunctionVersion, "1");
  const retries = await client.send(
    new GetFunctionEventInvokeConfigCommand({ ...named, Qualifier: "live" }),
  );
  assert.equal(retries.MaximumRetryAttempts, 0);
  const { FunctionUrlConfigs = [] } = await client.send(new ListFunctionUrlConfigsCommand(named));
  assert.deepEqual(
    FunctionUrlConfigs.map(({ FunctionUrl }) => FunctionUrl),
    [`${dev.url}/lambda-url/Hello:live/`],
  );
  assert.ok(dev.screen().includes(`${dev.url}/lambda-url/Hello:live/`), dev.screen());
  const answer = await fetch(`${dev.url}/lambda-url/Hello:live/`);
  assert.equal(((await answer.json()) as { v: string }).v, "1");
});

test("a layer's ARN means the newest kept version of that name, which is said once", async (t) => {
  const arn = (name: string) => `arn:aws:lambda:eu-west-1:580247275435:layer:${name}:60`;
  const one = { Type: "AWS::Serverless::Function", Properties: {} };
  const template = JSON.stringify({
    Transform: "AWS::Serverless-2016-10-31",
    Globals: {
      Function: {
        CodeUri: "code",
        Handler: "app.handler",
        Runtime: "nodejs24.x",
        Layers: [arn("tools"), arn("nowhere")],
      },
    },
    Resources: { One: one, Two: one },
  });
  const reads =
    'import { readFileSync } from "node:fs";\nexport const handler = async () => readFileSync("/opt/tool", "utf8");';
  const plain = await startDev(t, { "x.mjs": code });
  const client = clientOf(plain.url);
  const Content = { ZipFile: await zip({ tool: "kept" }) };
  await client.send(new PublishLayerVersionCommand({ LayerName: "tools", Content }));
  await plain.end();
  writeFileSync(`${plain.root}/template.json`, template);
  mkdirSync(`${plain.root}/code`);
  writeFileSync(`${plain.root}/code/app.mjs`, reads);
  rmSync(`${plain.root}/x.mjs`);
  const dev = await startDev(t, {}, { root: plain.root });
  assert.equal(dev.log().match(/layer:nowhere:60 is not here/g)?.length, 1);
  assert.equal(dev.log().match(/layer:tools:60; version 1/g)?.length, 1);
  assert.equal(await (await dev.invoke("One")).text(), '"kept"');
});
