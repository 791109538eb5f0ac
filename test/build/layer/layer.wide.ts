// What is in a layer, how large it is, and that the same call gives the same bytes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { execa } from "execa";
import { pinnedNode } from "../../../build/layer/lock.ts";
import { builtLayer, testCache } from "../../helpers/built-layer.ts";

const checkout = join(import.meta.dirname, "../../..");
const commandLine = join(checkout, "cli/run.ts");
const root = mkdtempSync(join(tmpdir(), "stdlambda-layer-"));
after(() => rmSync(root, { recursive: true, force: true }));

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const megabyte = 1024 * 1024;

interface Bill {
  specVersion: string;
  metadata: { component: { properties: { name: string; value: string }[] } };
  components: { name: string; group?: string; version?: string; purl?: string; hashes: object[] }[];
}

function billIn(folder: string): Bill {
  return JSON.parse(readFileSync(join(folder, "stdlambda/sbom.cdx.json"), "utf8")) as Bill;
}

describe("a full layer", () => {
  test("has less than 50 MB zipped and 250 MB unzipped, with room for a function", async () => {
    const { zip, folder } = await builtLayer("full", architecture);
    assert.ok(statSync(zip).size < 50 * megabyte);
    const sizes = (await readdir(folder, { recursive: true })).map(
      (name) => statSync(join(folder, name)).size,
    );
    assert.ok(sizes.reduce((sum, size) => sum + size) < 150 * megabyte);
  });

  test("has the runtime, Node, tsx and the licences, with their modes", async () => {
    const { folder } = await builtLayer("full", architecture);
    const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
    const program = `@esbuild/linux-${architecture === "arm64" ? "arm64" : "x64"}/bin/esbuild`;
    for (const name of [
      "bootstrap",
      "bin/node",
      `nodejs/node_modules/tsx/node_modules/${program}`,
    ]) {
      assert.equal(mode(name), "755", name);
    }
    for (const name of [
      "stdlambda/main.cjs",
      "stdlambda/host.js",
      "stdlambda/host.code",
      "stdlambda/prefork-preload.cjs",
      "stdlambda/web-client.cjs",
      "stdlambda/encodings.cjs",
      "stdlambda/licences/stdlambda.txt",
      "stdlambda/licences/node.txt",
      "nodejs/node_modules/tsx/LICENSE",
      "nodejs/node_modules/tsx/node_modules/esbuild/LICENSE.md",
    ]) {
      assert.equal(mode(name), "644", name);
    }
  });

  test("tells what it is made of", async () => {
    const { folder } = await builtLayer("full", architecture);
    const { specVersion, metadata, components } = billIn(folder);
    assert.equal(specVersion, "1.5");
    assert.deepEqual(
      Object.fromEntries(
        metadata.component.properties.map(({ name, value }) => [name.split(":")[1], value]),
      ),
      { mode: "full", architecture, compatibleRuntimes: "provided.al2023" },
    );
    const { version } = pinnedNode("24", architecture);
    const node = components.find(({ name }) => name === "node");
    assert.equal(node?.version, version);
    assert.equal(node?.purl, `pkg:generic/node@${version}`);
    const sha256 = createHash("sha256")
      .update(readFileSync(join(folder, "bin/node")))
      .digest("hex");
    assert.deepEqual(node?.hashes, [{ alg: "SHA-256", content: sha256 }]);
    // Every package.json in the layer is of a component.
    const listed = components.map(({ group, name, version }) =>
      [group === undefined ? name : `${group}/${name}`, version].join("@"),
    );
    const names = await readdir(join(folder, "nodejs"), { recursive: true });
    for (const name of names.filter((path) => path.endsWith("package.json"))) {
      const description = JSON.parse(readFileSync(join(folder, "nodejs", name), "utf8"));
      assert.ok(listed.includes(`${description.name}@${description.version}`), name);
    }
  });
});

test("a thin layer has at most 200 KB, and no Node", async () => {
  const { zip, folder } = await builtLayer("thin", architecture);
  assert.ok(statSync(zip).size <= 200 * 1024, `${statSync(zip).size} bytes`);
  assert.deepEqual((await readdir(folder)).sort(), ["bootstrap", "stdlambda"]);
});

describe("the same call gives the same bytes", () => {
  /** Runs the command under what must not matter. */
  async function build(args: string[], folder: string, umask: string, env: NodeJS.ProcessEnv) {
    const command = `umask ${umask} && exec "$0" "$@"`;
    const words = [process.execPath, commandLine, "layer", "build", "--json", "--quiet", ...args];
    const { stdout } = await execa("/bin/sh", ["-c", command, ...words], {
      cwd: folder,
      env: { XDG_CACHE_HOME: testCache, ...env },
    });
    return JSON.parse(stdout) as { path: string; codeSha256: string };
  }

  /** The same files, made in another order and with other modes and times. */
  function project(name: string, names: readonly string[], mode: number): string {
    const folder = join(root, name);
    mkdirSync(join(folder, "tree/deep"), { recursive: true });
    for (const file of names) writeFileSync(join(folder, "tree", file), `of ${file}`, { mode });
    writeFileSync(join(folder, "program"), "#!/bin/sh\necho\n", { mode });
    return folder;
  }

  const names = ["b", "deep/ä", "a", "deep/Z", "c"];
  const places = [
    {
      folder: project("one", names, 0o644),
      umask: "0022",
      env: { TZ: "UTC", LC_ALL: "C", HOME: join(root, "home") },
    },
    {
      folder: project("another, with a longer name", names.toReversed(), 0o755),
      umask: "0077",
      env: {
        TZ: "Pacific/Kiritimati",
        LC_ALL: "tr_TR.UTF-8",
        HOME: "/",
        NODE_OPTIONS: "--max-old-space-size=2000",
      },
    },
  ];

  for (const args of [
    ["--mode", "thin", "--arch", "arm64", "--add", "program=program", "--add", "share/tree=tree"],
    ["--mode", "full", "--arch", architecture],
  ]) {
    test(`layer build ${args.join(" ")}`, async () => {
      const digests = [];
      for (const { folder, umask, env } of places) {
        const { path, codeSha256 } = await build(args, folder, umask, env);
        const bytes = readFileSync(path);
        assert.equal(createHash("sha256").update(bytes).digest("base64"), codeSha256);
        digests.push(codeSha256);
      }
      assert.equal(digests[0], digests[1]);
    });
  }
});
