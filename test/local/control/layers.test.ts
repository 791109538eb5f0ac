import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetLayerVersionPolicyCommand,
  type LambdaClient,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  type PublishLayerVersionRequest,
  paginateListLayerVersions,
  ResourceNotFoundException,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import type { ControlContext } from "../../../local/control/context.ts";
import { checkUnpackedSize } from "../../../local/control/function-layers.ts";
import { startControl, zipWith } from "./control-server.ts";
import { activeFunction, updated } from "./functions.ts";

const layer = "arn:aws:lambda:us-east-1:012345678912:layer:";

async function start(t: TestContext) {
  return startControl(t);
}

function publish(
  client: LambdaClient,
  LayerName: string,
  more: Partial<PublishLayerVersionRequest> = {},
) {
  const Content = { ZipFile: zipWith(LayerName) };
  return client.send(new PublishLayerVersionCommand({ LayerName, Content, ...more }));
}

test("a layer is published in versions, and each is read again", async (t) => {
  const { client, endpoint } = await start(t);
  const about = {
    Description: "tools",
    LicenseInfo: "MIT",
    CompatibleRuntimes: ["provided.al2023", "nodejs26.x"],
    CompatibleArchitectures: ["x86_64"],
  } as const;
  const first = await publish(client, "tools", {
    ...about,
    CompatibleRuntimes: [...about.CompatibleRuntimes],
    CompatibleArchitectures: ["x86_64"],
  });
  const { $metadata, CreatedDate, Content, ...rest } = first;
  assert.equal($metadata.httpStatusCode, 201);
  assert.match(CreatedDate ?? "", /\+0000$/);
  assert.deepEqual(rest, {
    ...about,
    LayerArn: `${layer}tools`,
    LayerVersionArn: `${layer}tools:1`,
    Version: 1,
  });
  assert.equal(Content?.CodeSize, zipWith("tools").length);
  assert.ok(Content?.Location?.startsWith(`${endpoint}/_stdlambda/code/`));
  const second = await publish(client, `${layer}tools`);
  assert.equal(second.Version, 2);
  for (const command of [
    new GetLayerVersionCommand({ LayerName: "tools", VersionNumber: 1 }),
    new GetLayerVersionCommand({ LayerName: `${layer}tools`, VersionNumber: 1 }),
    new GetLayerVersionByArnCommand({ Arn: `${layer}tools:1` }),
  ]) {
    const read = await client.send(command as GetLayerVersionCommand);
    assert.deepEqual({ ...read, $metadata: undefined }, { ...first, $metadata: undefined });
  }
});

test("layers are listed with their newest version that fits", async (t) => {
  const { client } = await start(t);
  await publish(client, "a", { CompatibleRuntimes: ["provided.al2023"] });
  await publish(client, "a", { CompatibleRuntimes: ["nodejs24.x"] });
  await publish(client, "b", { CompatibleArchitectures: ["arm64"] });
  const list = async (filter: object = {}) => {
    const { Layers = [] } = await client.send(new ListLayersCommand(filter));
    return Layers.map(({ LatestMatchingVersion }) => LatestMatchingVersion?.LayerVersionArn);
  };
  assert.deepEqual(await list(), [`${layer}a:2`, `${layer}b:1`]);
  assert.deepEqual(await list({ CompatibleRuntime: "provided.al2023" }), [`${layer}a:1`]);
  assert.deepEqual(await list({ CompatibleArchitecture: "arm64" }), [`${layer}b:1`]);
  const versions: unknown[] = [];
  const pages = paginateListLayerVersions({ client, pageSize: 1 }, { LayerName: "a" });
  for await (const { LayerVersions = [] } of pages) {
    versions.push(...LayerVersions.map(({ Version }) => Version));
  }
  assert.deepEqual(versions, [2, 1]);
  const none = await client.send(new ListLayerVersionsCommand({ LayerName: "none" }));
  assert.deepEqual(none.LayerVersions, []);
});

test("a function keeps a layer whose version is deleted", async (t) => {
  const { client, store } = await start(t);
  await activeFunction(client, "hello");
  const { Content } = await publish(client, "tools");
  const Layers = [`${layer}tools:1`];
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: "hello", Layers }));
  await updated(client, "hello");
  for (let times = 0; times < 2; times += 1) {
    await client.send(new DeleteLayerVersionCommand({ LayerName: "tools", VersionNumber: 1 }));
  }
  await assert.rejects(
    client.send(new GetLayerVersionCommand({ LayerName: "tools", VersionNumber: 1 })),
    ResourceNotFoundException,
  );
  const configuration = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName: "hello" }),
  );
  assert.deepEqual(configuration.Layers, [{ Arn: Layers[0], CodeSize: Content?.CodeSize }]);
  assert.deepEqual(store.functions.get("hello")?.latest.layers, [
    { arn: Layers[0], sha256: Content?.CodeSha256 },
  ]);
  const again = await publish(client, "tools");
  assert.equal(again.Version, 2);
  const without = await client.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: "hello", Layers: [] }),
  );
  assert.equal(without.Layers, undefined);
});

test("code and layers together stay below 250 MB", async () => {
  const sizes: Record<string, number> = { code: 1, one: 100_000_000, two: 162_143_999, more: 1 };
  const code = { unpackedSize: async (sha256: string) => sizes[sha256] ?? 0 };
  const context = { store: { code } } as unknown as ControlContext;
  const attached = (...names: string[]) => names.map((sha256) => ({ arn: sha256, sha256 }));
  const zip = { kind: "zip", sha256: "code", size: 1 } as const;
  await checkUnpackedSize(context, zip, attached("one", "two"));
  await assert.rejects(checkUnpackedSize(context, zip, attached("one", "two", "more")), {
    type: "InvalidParameterValueException",
    message:
      "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.",
  });
});

test("a layer that cannot be is refused", async (t) => {
  const { client } = await start(t);
  await publish(client, "tools");
  const get = (LayerName: string, VersionNumber: number) =>
    client.send(new GetLayerVersionCommand({ LayerName, VersionNumber }));
  await assert.rejects(get("tools", 0), { message: "Layer Version Cannot be less than 1" });
  await assert.rejects(get("tools", 9), ResourceNotFoundException);
  await assert.rejects(get("none", 1), ResourceNotFoundException);
  const policy = (LayerName: string) =>
    client.send(new GetLayerVersionPolicyCommand({ LayerName, VersionNumber: 1 }));
  await assert.rejects(policy("tools"), {
    name: "ResourceNotFoundException",
    message: "No policy is associated with the given resource.",
  });
  await assert.rejects(policy("none"), { message: `Layer version ${layer}none:1 does not exist.` });
  for (const [more, message] of [
    [{ Content: { S3Bucket: "bucket", S3Key: "k" } }, /only as ZipFile, not from S3/],
    [{ LayerName: layer.replace("0123", "9999").concat("x") }, /not one of account 012345678912/],
    [
      { CompatibleRuntimes: ["none"], CompatibleArchitectures: ["none"] },
      /^2 validation errors detected: Value '\[none\]' at 'compatibleRuntimes' .*; Value '\[none\]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set: \[x86_64, arm64\], Member must not be null\]$/,
    ],
  ] as const) {
    await assert.rejects(publish(client, "tools", more as never), { message });
  }
  await assert.rejects(client.send(new GetLayerVersionByArnCommand({ Arn: `${layer}tools` })), {
    name: "ValidationException",
  });
});
