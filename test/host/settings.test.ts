// The settings: what is read, what is refused.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPlatform, readSettings, settings } from "../../host/settings.ts";
import { startHost } from "../helpers/runtime-api.ts";
import { temporaryFiles } from "./temporary-files.ts";

const choices = settings.filter((setting) => "values" in setting);
const texts = settings.filter((setting) => "fits" in setting);
const invalid = "Runtime.InvalidSetting";

describe("the user's settings", () => {
  it("are the first value of each row where nothing is set", () => {
    assert.deepEqual(readSettings({}), {
      mode: "auto",
      stdout: "auto",
      stdin: "event",
      isConventionGiven: false,
      batch: "off",
      batchParallel: undefined,
      web: {
        port: undefined,
        readyPath: undefined,
        eventsPath: "/events",
        errors: undefined,
        basePath: "",
      },
      convention: "aws",
      encoding: "utf-8",
      typescript: "auto",
      handlerRules: "longest",
      expressions: true,
      withholdCredentials: false,
      registerForSigterm: false,
      metricsNamespace: undefined,
      beforeSnapshot: undefined,
      afterRestore: undefined,
    });
  });

  it("are unset by an empty variable", () => {
    const empty = Object.fromEntries(settings.map(({ name }) => [name, ""]));
    assert.deepEqual(readSettings(empty), readSettings({}));
  });

  it("take what fits, and nothing beside it", () => {
    const { web } = readSettings({
      STDLAMBDA_WEB_PORT: "65535",
      STDLAMBDA_WEB_ERRORS: "500,502-504",
      STDLAMBDA_WEB_READY: "/up?x=1",
    });
    assert.deepEqual([web.port, web.errors, web.readyPath], [65535, "500,502-504", "/up?x=1"]);
    for (const [name, bad] of [
      ["PORT", "65536"],
      ["PORT", "0"],
      ["ERRORS", "500,"],
      ["ERRORS", "600"],
      ["READY", "up"],
      ["BASE_PATH", "/a b"],
    ]) {
      assert.throws(() => readSettings({ [`STDLAMBDA_WEB_${name}`]: bad as string }), {
        type: invalid,
      });
    }
  });

  it("take every value of every row, and one row changes one setting", () => {
    const byDefault = Object.entries(readSettings({})).filter(
      // It tells of the same row whether it was said at all.
      ([key]) => !["isConventionGiven", "web"].includes(key),
    );
    for (const { name, values } of choices) {
      const changed = values.map((value) => {
        const read = readSettings({ [name]: value });
        return byDefault
          .filter(([key, was]) => read[key as keyof typeof read] !== was)
          .map(([key]) => key);
      });
      assert.deepEqual(changed[0], [], name);
      for (const keys of changed.slice(1)) assert.deepEqual(keys, changed[1], name);
      assert.equal(changed[1]?.length, 1, name);
    }
  });

  it("refuse a bad value of every row, naming the nearest and all that are allowed", () => {
    for (const { name, values } of choices) {
      for (const bad of ["nonsense", values[0].toUpperCase(), ` ${values[0]}`]) {
        assert.throws(() => readSettings({ [name]: bad }), { type: invalid }, `${name}=${bad}`);
      }
    }
    assert.throws(() => readSettings({ STDLAMBDA_MODE: "prefrok" }), {
      message:
        /^STDLAMBDA_MODE=prefrok .*Did you mean prefork\? Allowed: auto, main, prefork, spawn, prestart, loop, web\.$/,
    });
  });

  it("refuse a text that does not fit, saying what does", () => {
    assert.ok(texts.length > 0);
    for (const { name, words } of texts) {
      assert.throws(
        () => readSettings({ [name]: "\0" }),
        (error: { type?: string; message: string }) =>
          error.type === invalid && error.message.includes(words),
      );
    }
    for (const bad of ["0", "-1", "1.5", "10000", "two", " 1"]) {
      assert.throws(() => readSettings({ STDLAMBDA_BATCH_PARALLEL: bad }), { type: invalid });
    }
    assert.equal(readSettings({ STDLAMBDA_BATCH_PARALLEL: "12" }).batchParallel, 12);
  });

  it("refuse an unknown name, naming the nearest and all that are known", () => {
    assert.throws(() => readSettings({ STDLAMBDA_STDUOT: "raw" }), {
      type: invalid,
      message:
        /^STDLAMBDA_STDUOT is not a setting.*Did you mean STDLAMBDA_STDOUT\? Known: STDLAMBDA_MODE, /,
    });
    for (const name of ["STDLAMBDA_", "STDLAMBDA_MODE ", "STDLAMBDA_mode", "STDLAMBDA___proto__"]) {
      assert.throws(() => readSettings({ [name]: "" }), { type: invalid }, name);
    }
  });

  it("let every other variable be", () => {
    readSettings({ STDLAMBDA: "1", stdlambda_mode: "x", MY_STDLAMBDA_MODE: "x", AWS_REGION: "x" });
  });

  it("end the host at init when one is bad, with the error posted", async () => {
    await using host = await startHost({
      handler: "a.sh",
      root: temporaryFiles({ "a.sh": "cat" }),
      env: { STDLAMBDA_MOED: "spawn" },
    });
    const posted = await host.initError;
    assert.equal(JSON.parse(posted?.body.toString() ?? "").errorType, invalid);
    assert.match(posted?.body.toString() ?? "", /Did you mean STDLAMBDA_MODE\?/);
    assert.notEqual((await host.exited).code, 0);
  });
});

describe("the platform's variables", () => {
  it("may all be absent", () => {
    const platform = readPlatform({});
    assert.equal(platform.runtimeApi, "");
    assert.equal(platform.handler, "");
    assert.equal(platform.taskRoot, process.cwd());
    assert.equal(platform.logFormat, "text");
    assert.equal(platform.logLevel, undefined);
    assert.equal(platform.telemetryLogFd, undefined);
  });

  it("take the log format and level in any case", () => {
    for (const format of ["JSON", "json", "Json"]) {
      assert.equal(readPlatform({ AWS_LAMBDA_LOG_FORMAT: format }).logFormat, "json");
    }
    for (const format of ["Text", "", "yaml"]) {
      assert.equal(readPlatform({ AWS_LAMBDA_LOG_FORMAT: format }).logFormat, "text");
    }
    assert.equal(readPlatform({ AWS_LAMBDA_LOG_LEVEL: "warn" }).logLevel, "WARN");
  });

  it("take a descriptor that is a number", () => {
    assert.equal(readPlatform({ _LAMBDA_TELEMETRY_LOG_FD: "62" }).telemetryLogFd, 62);
    for (const fd of ["", "none"]) {
      assert.equal(readPlatform({ _LAMBDA_TELEMETRY_LOG_FD: fd }).telemetryLogFd, undefined);
    }
  });
});
