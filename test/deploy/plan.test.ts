// What a deployment decides to do, from what is wanted and what Lambda has, before any call.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CurrentFunction } from "../../deploy/current-function.ts";
import { ownTag } from "../../deploy/owner.ts";
import { makePlan, type PlanInput } from "../../deploy/plan.ts";
import type { WantedFunction } from "../../deploy/wanted-function.ts";
import { version } from "../../host/version.ts";

const settings = { Handler: "hello.sh", Runtime: "provided.al2023", MemorySize: 256 } as const;
const wanted: WantedFunction = {
  name: "hello",
  settings,
  atCreation: {},
  environment: { variables: { STAGE: "test" }, rule: "replace", unknown: [] },
  architecture: "arm64",
  layers: [],
  keepsOtherLayers: false,
  url: undefined,
  tags: { [ownTag]: version },
  reservedConcurrency: undefined,
  alias: "live",
};
const layer = "arn:aws:lambda:eu-central-1:123456789012:layer:stdlambda-full-arm64:3";

/** The plan for `hello` of 256 MB on arm64 with one layer; `change` is what is wanted otherwise. */
function plan(current: CurrentFunction | undefined, change: Partial<WantedFunction> = {}) {
  const input: PlanInput = {
    wanted: { ...wanted, ...change },
    configuration: {
      settings: { ...settings, ...change.settings },
      environment: wanted.environment,
      host: "layer",
      layers: [layer],
    },
    architecture: "arm64",
    package: { path: "/tmp/hello.zip", bytes: 10, codeSha256: "new=" },
    current,
  };
  return makePlan(input);
}

const configuration = {
  ...settings,
  Architectures: ["arm64" as const],
  CodeSha256: "new=",
  Environment: { Variables: { STAGE: "test" } },
  Layers: [{ Arn: layer }],
};
/** Exactly as wanted. */
const deployed: CurrentFunction = {
  configuration,
  codeLocation: "https://example.com/code",
  tags: { [ownTag]: version },
  reservedConcurrency: undefined,
  alias: { FunctionVersion: "7" },
  aliasVersion: configuration,
  url: undefined,
  statements: [],
};
const fields = (made: ReturnType<typeof plan>) => made.changes.map(({ field }) => field);

describe("a plan", () => {
  it("creates a function that is not there, with everything that is wanted", () => {
    const made = plan(undefined, { reservedConcurrency: 5 });
    assert.equal(made.action, "create");
    assert.equal(made.sendsCode, true);
    assert.equal(made.movesAlias, true);
    assert.equal(made.reservedConcurrency, 5);
    assert.deepEqual(made.tags, { [ownTag]: version });
    assert.deepEqual(made.update.Layers, [layer]);
    assert.ok(made.changes.every(({ before }) => before === undefined));
  });

  it("does nothing for a function that is as it is wanted", () => {
    const made = plan(deployed);
    assert.deepEqual([made.action, made.changes], ["none", []]);
    assert.deepEqual([made.sendsCode, made.movesAlias, made.url], [false, false, undefined]);
    assert.deepEqual(made.update, {});
  });

  it("sends only what differs, and publishes a version for it", () => {
    const made = plan({ ...deployed, configuration: { ...configuration, MemorySize: 128 } });
    assert.equal(made.action, "update");
    assert.deepEqual(made.update, { MemorySize: 256 });
    assert.equal(made.sendsCode, false);
    assert.deepEqual(fields(made), ["MemorySize", "Alias.live"]);
  });

  it("sends the code for another hash, and for another processor", () => {
    const other = { ...configuration, CodeSha256: "old=" };
    assert.equal(plan({ ...deployed, configuration: other }).sendsCode, true);
    const x86 = { ...configuration, Architectures: ["x86_64" as const] };
    const made = plan({ ...deployed, configuration: x86 });
    assert.equal(made.sendsCode, true);
    assert.deepEqual(fields(made), ["Architectures", "Alias.live"]);
  });

  it("moves an alias that an interrupted deployment or a rollback has left behind", () => {
    const behind = { ...configuration, CodeSha256: "old=" };
    const made = plan({ ...deployed, aliasVersion: behind });
    assert.deepEqual(made.changes, [{ field: "Alias.live", before: "7", after: "new version" }]);
    assert.equal(made.sendsCode, false);
  });

  it("ends the sharing of an alias between two versions, without a new one", () => {
    const alias = {
      FunctionVersion: "7",
      RoutingConfig: { AdditionalVersionWeights: { "6": 0.1 } },
    };
    assert.deepEqual(plan({ ...deployed, alias }).changes, [
      { field: "Alias.live", before: "7 (shared with 6: 0.1)", after: "7" },
    ]);
  });

  it("publishes nothing without an alias", () => {
    const made = plan(
      { ...deployed, configuration: { ...configuration, MemorySize: 128 } },
      { alias: undefined },
    );
    assert.equal(made.movesAlias, false);
    assert.deepEqual(fields(made), ["MemorySize"]);
  });

  it("changes only the tags that differ, and leaves the others", () => {
    const tags = { [ownTag]: "0.0.1", team: "a", other: "stays" };
    const made = plan({ ...deployed, tags }, { tags: { [ownTag]: version, team: "a" } });
    assert.deepEqual(made.tags, { [ownTag]: version });
    assert.equal(made.movesAlias, false);
  });

  it("reserves concurrency, changes it, and gives it back", () => {
    const reserved = { ...deployed, reservedConcurrency: 5 };
    assert.equal(plan(deployed, { reservedConcurrency: 3 }).reservedConcurrency, 3);
    assert.equal(plan(reserved, { reservedConcurrency: "none" }).reservedConcurrency, "none");
    assert.equal(plan(reserved, { reservedConcurrency: 5 }).action, "none");
    assert.equal(plan(reserved).action, "none");
    assert.equal(plan(deployed, { reservedConcurrency: "none" }).action, "none");
  });

  it("opens a URL to everybody with both permissions, and takes both away with it", () => {
    const url = { AuthType: "NONE", InvokeMode: "BUFFERED" } as const;
    const opened = plan(deployed, { url });
    assert.deepEqual(opened.url, { action: "create", wanted: url });
    assert.deepEqual(
      opened.permissions.add.map(({ StatementId }) => StatementId),
      ["stdlambda-url", "stdlambda-url-invoke"],
    );
    const statements = opened.permissions.add.map(({ StatementId }) => ({ Sid: StatementId }));
    const had = {
      FunctionUrl: "https://x",
      FunctionArn: "",
      CreationTime: "",
      LastModifiedTime: "",
      ...url,
    };
    const closed = plan({ ...deployed, url: had, statements }, { url: "remove" });
    assert.deepEqual(closed.url, { action: "remove" });
    assert.deepEqual(closed.permissions.remove, ["stdlambda-url", "stdlambda-url-invoke"]);
  });

  it("leaves the URL of a function that stdlambda did not deploy", () => {
    const url = {
      ...{ FunctionUrl: "https://x", FunctionArn: "", CreationTime: "", LastModifiedTime: "" },
      AuthType: "NONE" as const,
    };
    const made = plan({ ...deployed, tags: {}, url }, { url: "remove", tags: {} });
    assert.equal(made.action, "none");
  });

  it("refuses an image, and a function that is served from its folder", () => {
    const image = {
      ...deployed,
      configuration: { ...configuration, PackageType: "Image" as const },
    };
    assert.throws(() => plan(image), { message: /hello is a container image/, remedy: /--name/ });
    const served = { ...deployed, codeLocation: "file:///work" };
    assert.throws(() => plan(served), { message: /served by stdlambda dev/, remedy: /--name/ });
  });

  it("warns of a function that belongs to a CloudFormation stack", () => {
    const tags = { ...deployed.tags, "aws:cloudformation:stack-name": "shop" };
    assert.match(plan({ ...deployed, tags }).warnings.join(), /CloudFormation stack shop/);
  });
});
