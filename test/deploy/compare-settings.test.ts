// What of a function's settings is sent, and what is left out of it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareSettings } from "../../deploy/compare-settings.ts";
import type { WantedEnvironment } from "../../deploy/wanted-function.ts";

const nothing: WantedEnvironment = { variables: {}, rule: "merge", unknown: [] };
const rest = { environment: nothing, host: "layer", layers: [] } as const;

describe("compareSettings", () => {
  it("sends nothing when all is as it is wanted, whatever else Lambda has", () => {
    const settings = { Handler: "hello.sh", LoggingConfig: { LogFormat: "JSON" as const } };
    const current = {
      Handler: "hello.sh",
      MemorySize: 512,
      LoggingConfig: { LogFormat: "JSON" as const, LogGroup: "/aws/lambda/hello" },
    };
    const { changes, update } = compareSettings({ settings, ...rest }, current);
    assert.deepEqual(changes, []);
    assert.deepEqual(update, {});
  });

  it("keeps the log group when the format changes, and drops the levels of JSON for text", () => {
    const before = {
      LoggingConfig: {
        LogFormat: "JSON" as const,
        ApplicationLogLevel: "DEBUG" as const,
        SystemLogLevel: "INFO" as const,
        LogGroup: "/shared",
      },
    };
    const settings = { LoggingConfig: { LogFormat: "Text" as const } };
    const { changes, update } = compareSettings({ settings, ...rest }, before);
    assert.deepEqual(changes, [
      { field: "LoggingConfig.LogFormat", before: "JSON", after: "Text" },
    ]);
    assert.deepEqual(update.LoggingConfig, { LogFormat: "Text", LogGroup: "/shared" });
  });

  it("tells each variable of its own, and marks what may be a password", () => {
    const environment: WantedEnvironment = {
      variables: { STDLAMBDA_MODE: "spawn", KEY: "new" },
      rule: "replace",
      unknown: [],
    };
    const current = { Environment: { Variables: { KEY: "old", GONE: "1" } } };
    const { changes, update } = compareSettings({ ...rest, settings: {}, environment }, current);
    assert.deepEqual(changes, [
      { field: "Environment.GONE", before: "1", isSecret: true },
      { field: "Environment.KEY", before: "old", after: "new", isSecret: true },
      { field: "Environment.STDLAMBDA_MODE", after: "spawn" },
    ]);
    assert.deepEqual(update.Environment, { Variables: { STDLAMBDA_MODE: "spawn", KEY: "new" } });
  });

  it("refuses to merge with variables that it cannot read", () => {
    const current = { Environment: { Error: { ErrorCode: "KMSAccessDenied", Message: "no key" } } };
    assert.throws(() => compareSettings({ settings: {}, ...rest }, current), {
      name: "ExpectedError",
      message: /cannot be read.*no key$/,
      remedy: /^Allow kms:Decrypt/,
    });
  });

  it("compares layers in their order", () => {
    const current = { Layers: [{ Arn: "a" }, { Arn: "b" }] };
    const same = compareSettings({ ...rest, settings: {}, layers: ["a", "b"] }, current);
    assert.deepEqual(same.changes, []);
    const turned = compareSettings({ ...rest, settings: {}, layers: ["b", "a"] }, current);
    assert.deepEqual(turned.update, { Layers: ["b", "a"] });
    const none = compareSettings({ ...rest, settings: {}, layers: [] }, current);
    assert.deepEqual(none.update, { Layers: [] });
  });
});

describe("the variable that starts the host", () => {
  const start = (variables: Record<string, string>, runtime: "nodejs24.x" | "provided.al2023") =>
    compareSettings(
      { ...rest, settings: { Runtime: runtime } },
      { Runtime: runtime, Environment: { Variables: variables } },
    );

  it("is set for a runtime of AWS's own, and taken back for an OS-only one", () => {
    const wrapper = { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" };
    assert.deepEqual(start({ KEY: "1" }, "nodejs24.x").update.Environment?.Variables, {
      KEY: "1",
      ...wrapper,
    });
    assert.deepEqual(start({ KEY: "1", ...wrapper }, "provided.al2023").update, {
      Environment: { Variables: { KEY: "1" } },
    });
    assert.deepEqual(start(wrapper, "nodejs24.x").update, {});
  });

  it("stays what somebody else has made it, with a warning", () => {
    const { update, warnings } = start({ AWS_LAMBDA_EXEC_WRAPPER: "/opt/otel" }, "nodejs24.x");
    assert.deepEqual(update, {});
    assert.match(
      warnings[0] ?? "",
      /is \/opt\/otel, so nodejs24\.x does not start stdlambda's host/,
    );
  });
});
