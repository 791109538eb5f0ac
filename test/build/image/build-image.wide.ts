// An image as its users see it: by skopeo and umoci, and run from its unpacked root filesystem.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { type BuiltFunction, buildFunction } from "../../../build/function/build-function.ts";
import type { RuntimeSource } from "../../../build/function/runtime-files.ts";
import { imageName } from "../../../build/image/build-image.ts";
import { ExpectedError } from "../../../host/expected-error.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startRuntimeApiServer } from "../../helpers/runtime-api-server.ts";
import { declare, makeProject, temporaryFolder } from "../function/project.ts";

const checkout = join(import.meta.dirname, "../../..");
const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

/** The compressed runtime is kept for the next run of the tests, by the hash of what is in it. */
const runtimeSource: RuntimeSource = {
  bootstrap: join(checkout, "host/bootstrap"),
  packages: { cache: join(checkout, "node_modules/.cache/stdlambda-tests"), env: process.env },
};

const root = makeProject({
  "echo.ts": [
    'import { readFileSync } from "node:fs";',
    "enum Kind { image = 1 }",
    'const event: unknown = JSON.parse(readFileSync(0, "utf8"));',
    "console.log(JSON.stringify({ event, kind: Kind.image, stage: process.env.STAGE }));",
  ].join("\n"),
  "other.sh": '#!/bin/sh\nwhile read -r line; do echo "sh $line"; done; echo "sh $line"',
});

function build(out: string): Promise<BuiltFunction> {
  const declared = declare(root, "echo.ts", { name: "Echo" });
  return buildFunction(declared, {
    format: "oci",
    output: out,
    architecture,
    include: ["other.sh"],
    runtimeSource,
  });
}

describe("an image", () => {
  const out = temporaryFolder();
  let built: BuiltFunction;
  before(async () => {
    built = await build(out);
  });

  test("is a layout and a tar, the same each time, and replaces only a layout", async () => {
    assert.equal(built.path, join(out, "Echo.oci"));
    const { archive = "" } = built;
    const first = readFileSync(archive);
    const again = await build(out);
    assert.equal(again.digest, built.digest);
    assert.ok(readFileSync(archive).equals(first));
    const foreign = temporaryFolder();
    mkdirSync(join(foreign, "Echo.oci"));
    writeFileSync(join(foreign, "Echo.oci/mine"), "");
    await assert.rejects(build(foreign), ExpectedError);
    assert.ok(existsSync(join(foreign, "Echo.oci/mine")));
  });

  test("is read by skopeo, from both", { skip: missingTool(["skopeo"]) }, async () => {
    const inspect = async (...args: string[]) =>
      JSON.parse((await execa("skopeo", ["inspect", ...args])).stdout);
    const image = await inspect(`oci:${built.path}:latest`);
    assert.equal(image.Digest, built.digest);
    assert.equal(image.Layers.length, 3);
    const { config, architecture: processor } = await inspect(
      "--config",
      `oci:${built.path}:latest`,
    );
    assert.equal(processor, architecture === "arm64" ? "arm64" : "amd64");
    assert.deepEqual([config.Entrypoint, config.Cmd], [["/opt/bootstrap"], ["echo.ts"]]);
    const archived = await inspect("--config", `docker-archive:${built.archive}:echo:latest`);
    assert.deepEqual(archived.config.Cmd, ["echo.ts"]);
  });

  test("is built upon by another, which keeps its layers", async () => {
    const own = declare(makeProject({ bootstrap: "#!/bin/sh" }), "function.handler");
    const options = { format: "oci", output: temporaryFolder(), architecture } as const;
    const upon = await buildFunction(own, { ...options, base: built.path });
    const layers = (image: BuiltFunction) => {
      const blob = (digest: string) =>
        JSON.parse(readFileSync(join(image.path, "blobs/sha256", digest.slice(7)), "utf8"));
      const index = JSON.parse(readFileSync(join(image.path, "index.json"), "utf8"));
      return blob(index.manifests[0].digest).layers.map(({ digest }: { digest: string }) => digest);
    };
    assert.deepEqual(layers(upon).slice(0, 3), layers(built));
    // With a runtime of its own the function needs none of ours.
    assert.equal(layers(upon).length, 4);
  });

  describe("unpacked by umoci", { skip: missingTool(["umoci", "bwrap"]) }, () => {
    const bundle = join(temporaryFolder(), "bundle");
    before(async () => {
      await execa("umoci", ["unpack", "--rootless", "--image", `${built.path}:latest`, bundle]);
    });

    function run(variables: Record<string, string>, ...command: string[]) {
      const set = Object.entries({ PATH: "/usr/bin:/bin:/opt/bin", ...variables });
      const args = [
        ["--ro-bind", join(bundle, "rootfs"), "/", "--tmpfs", "/tmp", "--proc", "/proc"],
        ["--dev", "/dev", "--unshare-pid", "--die-with-parent", "--clearenv"],
        ...set.map(([name, value]) => ["--setenv", name, value]),
        ["--chdir", "/var/task", "/opt/bootstrap", ...command],
      ];
      const child = spawn("bwrap", args.flat(), { stdio: ["ignore", "ignore", "pipe"] });
      after(() => child.kill("SIGKILL"));
      return child;
    }

    test("takes its handler from the command, and its events from the Runtime API", async () => {
      const api = await startRuntimeApiServer(async () => "");
      after(() => api.close());
      const variables = { AWS_LAMBDA_RUNTIME_API: api.address, LAMBDA_TASK_ROOT: "/var/task" };
      const child = run(variables, "echo.ts");
      let log = "";
      child.stderr.on("data", (chunk) => {
        log += chunk;
      });
      child.once("exit", () => api.hostEnded(log));
      const { body, status } = await api.invoke({ a: 1 }, { deadlineMs: Date.now() + 60_000 });
      assert.equal(status, "response", String(body));
      assert.deepEqual(JSON.parse(String(body)), { event: { a: 1 }, kind: 1 });
    });

    test("serves Lambda's API itself when there is no Runtime API", async () => {
      const port = await freePort();
      const child = run({ PORT: String(port), STAGE: "test" }, "other.sh");
      const line = await firstOutput(child.stderr);
      assert.match(String(line), new RegExp(`serving other\\.sh on port ${port}`));
      const url = `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`;
      const response = await fetch(url, { method: "POST", body: '{"a":1}' });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("x-amz-function-error"), null);
      assert.equal(await response.text(), 'sh {"a":1}\n');
    });

    test("serves its function over HTTP when there is no Runtime API, and drains", async () => {
      const port = await freePort();
      const variables = { PORT: String(port), STDLAMBDA_SERVE_ENV: "STAGE", STAGE: "test" };
      const child = run({ ...variables, OTHER: "secret" }, "echo.ts");
      const url = `http://127.0.0.1:${port}`;
      await firstOutput(child.stderr);
      const isReady = async () => (await fetch(`${url}/readyz`)).ok;
      for (let tries = 0; !(await isReady()); tries += 1) {
        assert.ok(tries < 200, "it is not ready");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const answered = await fetch(url, { method: "POST", body: '{"a":1}' });
      assert.equal(answered.status, 200);
      assert.deepEqual(await answered.json(), { event: { a: 1 }, kind: 1, stage: "test" });
      assert.match(await (await fetch(`${url}/metrics`)).text(), /^stdlambda_startups_total/m);
      assert.equal((await fetch(`${url}/2015-03-31/functions`)).status, 404, "no control plane");
      const exited = once(child, "exit");
      // Bubblewrap hands no signal on; the server is the process below it.
      const [server = ""] = await childrenOf(child.pid);
      const [own = server] = await childrenOf(Number(server));
      process.kill(Number(own), "SIGTERM");
      assert.deepEqual(await exited, [0, null]);
    });

    test("says what is missing without a handler", async () => {
      const child = run({});
      const exited = once(child, "exit");
      assert.match(
        await firstOutput(child.stderr),
        /the handler is missing; pass it as the command/,
      );
      assert.deepEqual(await exited, [1, null]);
    });
  });
});

test("names become repositories: no capitals, no separators at the ends", () => {
  assert.deepEqual(["Echo", "a__b", "_x-", "--"].map(imageName), ["echo", "a-b", "x", "function"]);
});

/** Empty when it ends without a word. */
async function firstOutput(stream: Readable): Promise<string> {
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) return String(chunk);
  return "";
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function childrenOf(id: number | undefined): Promise<string[]> {
  const list = await readFile(`/proc/${id}/task/${id}/children`, "utf8");
  return list.trim().split(" ").filter(Boolean);
}
