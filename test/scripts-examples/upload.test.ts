// The seeds' own way: AWS's command line alone publishes a layer and uploads functions.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { execa } from "execa";
import { byFolders } from "../../local/sandbox/isolation.ts";
import { startService } from "../../local/service.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { examplesRoot, folders } from "./examples.ts";

const checkout = join(examplesRoot, "..");

async function service(test: TestContext, directory: string): Promise<string> {
  const started = await startService({
    directory: join(directory, ".stdlambda"),
    host: "127.0.0.1",
    port: 0,
    region: "us-east-1",
    concurrency: 10,
    isolate: byFolders,
    freeze: false,
    hostBootstrap: join(checkout, "host/bootstrap"),
    runtimeClientFolders: [],
    env: process.env,
    onFault: (message) => test.diagnostic(message),
  });
  test.after(() => started.close());
  await started.open();
  return started.url;
}

/** A layer whose bootstrap is the checkout's: what a real one holds is the layer's own test. */
async function layer(folder: string): Promise<string> {
  const content = join(folder, "layer");
  mkdirSync(content);
  const bootstrap = `#!/bin/sh\nPATH=${dirname(process.execPath)}:$PATH exec ${checkout}/host/bootstrap\n`;
  writeFileSync(join(content, "bootstrap"), bootstrap);
  chmodSync(join(content, "bootstrap"), 0o755);
  const zip = join(folder, "layer.zip");
  await execa("zip", ["-qX", zip, "bootstrap"], { cwd: content });
  return zip;
}

describe("AWS's command line", { skip: missingTool(["aws", "zip"]) }, () => {
  it("publishes the layer, creates, updates and invokes a function", {
    timeout: 150_000,
  }, async (test) => {
    const folder = mkdtempSync(join(tmpdir(), "stdlambda-upload-"));
    test.after(() => rmSync(folder, { recursive: true, force: true }));
    const env = {
      // The system's own command line, where a version manager has put another one before it.
      PATH: `/usr/bin:/bin:${process.env.PATH}`,
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: "true",
      ENDPOINT_URL: await service(test, folder),
    };
    const run = (script: string, args: string[], variables: NodeJS.ProcessEnv = {}) =>
      execa(join(checkout, script), args, {
        extendEnv: false,
        env: { ...env, ...variables },
        reject: false,
        stripFinalNewline: false,
      });
    const upload = "scripts-examples/02-scripts/upload_function.sh";

    const published = await run("build/layer/publish-layer.sh", [await layer(folder)]);
    assert.equal(published.exitCode, 0, published.stderr);
    assert.equal(
      published.stdout,
      "arn:aws:lambda:us-east-1:012345678912:layer:stdlambda-full-x86_64:1\n",
    );

    const created = await run(upload, ["echo.sh"]);
    assert.equal(created.exitCode, 0, created.stderr);
    const event = readFileSync(join(examplesRoot, "02-scripts/event.json"), "utf8");
    assert.equal(created.stdout, event);

    const updated = await run(upload, ["refuse.sh"], { LAYER_ARN: published.stdout.trim() });
    const { errorType } = JSON.parse(
      readFileSync(join(examplesRoot, "02-scripts/refuse.error.json"), "utf8"),
    );
    assert.equal(updated.exitCode, 1, updated.stderr);
    assert.equal(JSON.parse(updated.stdout).errorType, errorType);
    assert.match(updated.stderr, /the function failed: Unhandled/);
  });

  it("says what stands in the way of an upload", async (test) => {
    const folder = mkdtempSync(join(tmpdir(), "stdlambda-upload-"));
    test.after(() => rmSync(folder, { recursive: true, force: true }));
    const { exitCode, stderr } = await execa(join(examplesRoot, "07-main/upload_function.sh"), [], {
      extendEnv: false,
      env: {
        PATH: `/usr/bin:/bin:${process.env.PATH}`,
        HOME: folder,
        ENDPOINT_URL: await service(test, folder),
      },
      reject: false,
    });
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /there is no layer stdlambda-full-x86_64: run build\/layer\/publish-layer\.sh/,
    );
  });
});

describe("upload_function.sh", { concurrency: 2 }, () => {
  const bare = { extendEnv: false, env: { PATH: "/usr/bin:/bin" }, reject: false } as const;

  for (const folder of folders) {
    const script = join(examplesRoot, folder, "upload_function.sh");

    it(`of ${folder} prints the commands without running any`, async () => {
      const { exitCode, stdout, stderr } = await execa(script, ["-n"], bare);
      assert.equal(exitCode, 0, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /^zip -qrX /m);
      assert.match(
        stderr,
        new RegExp(`^aws lambda create-function --function-name stdlambda-${folder} `, "m"),
      );
      assert.match(stderr, /^aws lambda wait function-active-v2 /m);
      assert.match(stderr, /^aws lambda invoke .* --payload fileb:\/\/event\.json /m);
    });
  }

  it("prints an argument as a shell would read it again", async () => {
    const script = join(examplesRoot, "05-expression/upload_function.sh");
    const handler = "(e)=>e['it\\'s']+`$HOME`";
    const { stderr } = await execa(script, ["-n", handler], bare);
    const command = stderr.split("\n").find((line) => line.includes("create-function")) as string;
    const { stdout } = await execa("sh", ["-c", `printf '%s\\n' ${command}`], bare);
    assert.ok(stdout.split("\n").includes(handler), stdout);
  });

  it("starts AWS's Node with our bootstrap on a managed runtime", async () => {
    const script = join(examplesRoot, "08-loop/upload_function.sh");
    const { stderr } = await execa(script, ["-n"], {
      ...bare,
      env: { ...bare.env, RUNTIME: "nodejs24.x" },
    });
    assert.match(
      stderr,
      /'Variables=\{AWS_LAMBDA_EXEC_WRAPPER=\/opt\/bootstrap,STDLAMBDA_MODE=loop\}'/,
    );
    assert.match(stderr, /--layer-name stdlambda-thin-x86_64 /);
  });

  it("explains itself, and refuses what it does not know", async () => {
    const script = join(examplesRoot, "02-scripts/upload_function.sh");
    const help = await execa(script, ["-h"], bare);
    assert.equal(help.exitCode, 0);
    assert.match(help.stdout, /usage: upload_function\.sh .*\n[\s\S]*default: hello\.ts/);
    assert.equal((await execa(script, ["-z"], bare)).exitCode, 2);
    for (const args of [["-z"], ["no-such.zip"]]) {
      const wrong = await execa(join(checkout, "build/layer/publish-layer.sh"), args, bare);
      assert.notEqual(wrong.exitCode, 0);
    }
  });
});
