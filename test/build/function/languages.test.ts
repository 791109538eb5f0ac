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

describe("a function of AWS's runtime of its language", () => {
  const aws = { runtime: "python3.12" } as const;

  test("needs no interpreter and no host, and is told what it lists and does not hold", async () => {
    const root = makeProject({
      "app.py": "def handler(e, c): pass",
      "requirements.txt":
        "# needed\nboto3>=1\nRequests_OAuth[x] == 2.0 ; python_version > '3'\n-r more.txt\n./local\nTyping.Ext # here\n",
      "typing_ext-4.1.dist-info/METADATA": "",
    });
    const { warnings, notices } = await collect(root, "app.handler", { embed: true }, aws);
    assert.deepEqual(warnings, [
      "requirements.txt lists requests-oauth, not in the package; install into the function's folder: python3 -m pip install -r requirements.txt -t . --platform manylinux2014_x86_64 --python-version 3.12 --only-binary=:all:",
    ]);
    assert.match(notices.join(), /built without the host, because AWS's python3\.12 calls/);
    const layered = await collect(root, "app.handler", {}, { ...aws, layers: ["arn:any"] });
    assert.deepEqual(layered.warnings, []);
  });

  test("in Ruby is told of the gems that its package does not hold", async () => {
    const files = {
      "app.rb": "def handler(event:, context:) = 1",
      Gemfile: "source 'https://example.com'\ngem \"httparty\", '~> 1'\ngem 'aws-sdk-s3'\n",
    };
    const ruby = { runtime: "ruby3.3" } as const;
    const { warnings } = await collect(makeProject(files), "app.handler", {}, ruby);
    assert.match(
      warnings.join(),
      /^the Gemfile lists httparty, not in the package; .*bundle install$/,
    );
    const root = makeProject({ ...files, "vendor/bundle/ruby/3.3.0/gems/h/h.rb": "" });
    assert.deepEqual((await collect(root, "app.handler", {}, ruby)).warnings, []);
  });

  test("is for the host where it is a script", async () => {
    const root = makeProject({ "run.py": "#!/usr/bin/env python3\nprint(1)", "fix.rb": "" });
    assert.deepEqual((await collect(root, "run.py", {}, aws)).warnings, []);
    assert.match(
      (await collect(root, "fix.rb", {}, aws)).warnings.join(),
      /run by ruby, which python3\.12 lacks/,
    );
  });
});
