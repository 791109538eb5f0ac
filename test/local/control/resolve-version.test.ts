import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveVersion } from "../../../local/control/resolve-version.ts";
import type { FunctionRecord, VersionRecord } from "../../../local/store/records.ts";
import { functionRecord } from "../store/temporary-store.ts";

const FunctionArn = "arn:aws:lambda:us-east-1:012345678912:function:hello";

function version(Version: string): VersionRecord {
  return {
    configuration: { FunctionArn, Version },
    code: { kind: "zip", sha256: Version, size: 1 },
  };
}

const record: FunctionRecord = functionRecord("hello", {
  latest: version("$LATEST"),
  versions: [version("1"), version("3")],
  aliases: [
    { Name: "live", FunctionVersion: "1" },
    { Name: "newest", FunctionVersion: "$LATEST" },
    {
      Name: "canary",
      FunctionVersion: "1",
      RoutingConfig: { AdditionalVersionWeights: { "3": 0.25 } },
    },
  ],
});

test("a qualifier stands for a version", () => {
  for (const [qualifier, expected] of [
    [undefined, "$LATEST"],
    ["$LATEST", "$LATEST"],
    ["3", "3"],
    ["live", "1"],
    ["newest", "$LATEST"],
    ["$LATEST.PUBLISHED", "3"],
  ] as const) {
    assert.equal(resolveVersion(record, qualifier).configuration.Version, expected);
  }
});

test("what was not published and no alias is not found", () => {
  for (const qualifier of ["2", "none", ""]) {
    assert.throws(() => resolveVersion(record, qualifier), {
      type: "ResourceNotFoundException",
      status: 404,
      message: `Function not found: ${FunctionArn}:${qualifier}`,
    });
  }
  const empty = { ...record, versions: [] };
  assert.throws(() => resolveVersion(empty, "$LATEST.PUBLISHED"), /Function not found/);
});

test("an alias with weights sends that share to its second version", () => {
  const at = (random: number) =>
    resolveVersion(record, "canary", () => random).configuration.Version;
  assert.equal(at(0), "3");
  assert.equal(at(0.2499), "3");
  assert.equal(at(0.25), "1");
  assert.equal(at(0.9999), "1");
});
