// Functions of other languages: their folder is the package, and the host in it brings the adapters.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { adapterFiles } from "../../../build/release/host-file-names.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { collect, makeProject, pathsOf, unpacked } from "./project.ts";
import { pythonFunction, runtimeSource } from "./python-function.ts";

const checkout = join(import.meta.dirname, "../../..");
const managed = { runtime: "nodejs24.x" } as const;

describe("a function of Python", { skip: missingTool(["python3"]) }, () => {
  test("is packed with its modules and vendored packages, and without what pip left", async () => {
    const root = makeProject(pythonFunction);
    const collected = await collect(root, "src/app.lambda_handler", {}, managed);
    assert.deepEqual(pathsOf(collected), [
      "app_words.py",
      "src/__init__.py",
      "src/app.py",
      "src/helper.py",
      "vendored-1.0.dist-info/METADATA",
      "vendored/.libs/libx.so",
      "vendored/__init__.py",
      "vendored/credentials.py",
      "vendored/data.txt",
    ]);
    assert.match(collected.warnings.join(), /run by python3, which nodejs24\.x lacks/);
  });

  test("with --embed is loaded once by the host in its package", async () => {
    const root = makeProject(pythonFunction);
    const options = { embed: true, runtimeSource };
    const collected = await collect(root, "src/app.lambda_handler", options, managed);
    for (const adapter of adapterFiles) {
      assert.ok(pathsOf(collected).includes(`stdlambda/${adapter}`), adapter);
    }
    const task = await unpacked(collected);
    await using host = await startHost({
      handler: "src/app.lambda_handler",
      root: task,
      bootstrap: join(task, "bootstrap"),
      env: { PATH: `${join(checkout, "node_modules/.bin")}:${process.env.PATH}` },
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

  test("says how to install a compiled module for Lambda", async () => {
    const root = makeProject({ "app.py": "", "lib/fast.cpython-312-darwin.so": "\u00cf" });
    writeFileSync(
      join(root, "lib/fast.cpython-312-darwin.so"),
      Buffer.from("cffaedfe00000000", "hex"),
    );
    const { warnings } = await collect(root, "app.handler", {}, managed);
    assert.match(
      warnings.join("\n"),
      /fast\..*was built for macOS; .*pip install --platform manylinux2014_x86_64/,
    );
  });
});
