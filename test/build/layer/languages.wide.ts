// Functions of other languages, run by the host of a built layer and of an image's /opt.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { runtimeFiles } from "../../../build/function/runtime-files.ts";
import { adapterFiles } from "../../../build/release/host-file-names.ts";
import { builtLayer } from "../../helpers/built-layer.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { collect, makeProject, unpacked } from "../function/project.ts";
import { pythonFunction, runtimeSource } from "../function/python-function.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

for (const mode of ["full", "thin"] as const) {
  test(`a ${mode} layer has every adapter`, async () => {
    const { folder } = await builtLayer(mode, architecture);
    for (const adapter of adapterFiles) {
      assert.ok(existsSync(join(folder, "stdlambda", adapter)), adapter);
    }
  });
}

test("an image has every adapter", async () => {
  const parts = { architecture, node: undefined, tsx: false, mode: "image" } as const;
  const paths = (await runtimeFiles(parts, runtimeSource)).map(({ path }) => path);
  for (const adapter of adapterFiles) assert.ok(paths.includes(`stdlambda/${adapter}`), adapter);
});

describe("a full layer", { skip: missingTool(["python3"]) }, () => {
  test("loads a function of Python once, with its modules and vendored packages", async () => {
    const { folder } = await builtLayer("full", architecture);
    const task = await unpacked(
      await collect(makeProject(pythonFunction), "src/app.lambda_handler"),
    );
    await using host = await startHost({
      handler: "src/app.lambda_handler",
      root: task,
      bootstrap: join(folder, "bootstrap"),
    });
    for (const count of [1, 2]) {
      const { body, status } = await host.invoke({ name: "you" });
      assert.equal(status, "response", String(body));
      assert.deepEqual(JSON.parse(String(body)), [
        "you",
        "words",
        "helper",
        "vendored data",
        count,
      ]);
    }
  });
});
