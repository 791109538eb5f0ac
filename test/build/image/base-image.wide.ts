// The image to build upon: what is taken from it, and what is wrong with one that cannot be used.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageText } from "../../../build/function/package-content.ts";
import { readBaseImage } from "../../../build/image/base-image.ts";
import { imageConfig } from "../../../build/image/image-config.ts";
import { imageEntries } from "../../../build/image/image-files.ts";
import {
  blobFile,
  blobFolder,
  writeIndex,
  writeJsonBlob,
} from "../../../build/image/image-layout.ts";
import { type Descriptor, mediaTypes } from "../../../build/image/image-types.ts";
import { writeLayer } from "../../../build/image/write-layer.ts";
import { declare, temporaryFolder } from "../function/project.ts";

const dockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** A small image, as Docker's registries have them. */
async function makeBase(architecture = "amd64") {
  const base = temporaryFolder();
  const entries = await imageEntries([packageText("etc/os-release", "NAME=test\n")]);
  const layer = await writeLayer(entries, blobFolder(base), { createdBy: "test" });
  const config = await writeJsonBlob(base, "application/vnd.docker.container.image.v1+json", {
    architecture,
    os: "linux",
    config: { Env: ["PATH=/usr/bin", "A=1=2"], User: "nobody", Cmd: ["sh"], Labels: { a: "b" } },
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
    history: [{ created_by: "base" }],
  });
  const layers = [{ ...layer.descriptor, mediaType: dockerLayer }];
  const manifest = await writeJsonBlob(base, mediaTypes.manifest, {
    schemaVersion: 2,
    config,
    layers,
  });
  await writeIndex(base, manifest, { name: "latest", architecture });
  return { base, layer, manifest };
}

test("its layers are copied with their digests, and named as OCI names them", async () => {
  const { base, layer } = await makeBase();
  const layout = temporaryFolder();
  const { layers, config } = await readBaseImage(base, "amd64", layout);
  assert.deepEqual(layers, [layer.descriptor]);
  assert.ok(existsSync(blobFile(layout, layer.descriptor)));
  assert.equal(config.config?.User, "nobody");
});

test("its configuration stays but for what runs the function", async () => {
  const { base } = await makeBase();
  const { config } = await readBaseImage(base, "amd64", temporaryFolder());
  const declared = declare("/", "hello.ts", {
    environment: { STDLAMBDA_MODE: "spawn", SECRET: "1" },
  });
  const made = imageConfig({
    declared,
    architecture: "x86_64",
    base: config,
    layers: [],
    hasOwnRuntime: false,
  });
  const { Env = [], ...rest } = made.config ?? {};
  assert.deepEqual(rest, {
    User: "nobody",
    Cmd: ["hello.ts"],
    Labels: { a: "b", "com.amazonaws.lambda.feature.snapstart": "Allow" },
    Entrypoint: ["/opt/bootstrap"],
    WorkingDir: "/var/task",
    ExposedPorts: { "8080/tcp": {} },
  });
  for (const variable of [
    "PATH=/usr/bin:/opt/bin",
    "A=1=2",
    "LAMBDA_TASK_ROOT=/var/task",
    "STDLAMBDA_MODE=spawn",
  ]) {
    assert.ok(Env.includes(variable), variable);
  }
  assert.ok(!Env.some((variable) => variable.startsWith("SECRET")));
  assert.deepEqual(made.history, [{ created_by: "base" }]);
});

test("of an index the image for the architecture is taken", async () => {
  const { base, manifest } = await makeBase();
  const other = {
    ...manifest,
    platform: { architecture: "arm64", os: "linux" },
    digest: `sha256:${"0".repeat(64)}`,
  };
  const attestation = { ...other, platform: { architecture: "unknown", os: "unknown" } };
  const own = { ...manifest, platform: { architecture: "amd64", os: "linux" } };
  const inner = await writeJsonBlob(base, mediaTypes.index, {
    schemaVersion: 2,
    manifests: [other, attestation, own],
  });
  const write = (manifests: readonly Descriptor[]) =>
    writeFileSync(join(base, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  write([inner]);
  assert.equal((await readBaseImage(base, "amd64", temporaryFolder())).layers.length, 1);
  write([own, own]);
  await assert.rejects(
    readBaseImage(base, "amd64", temporaryFolder()),
    /has 2 images for amd64, and one is needed/,
  );
  write([other]);
  await assert.rejects(
    readBaseImage(base, "amd64", temporaryFolder()),
    /no image for amd64 \(it has arm64\)/,
  );
});

test("what is not a layout, damaged, incomplete or for another processor is refused with a way out", async () => {
  const target = temporaryFolder();
  await assert.rejects(
    readBaseImage("/nowhere", "amd64", target),
    /is not an OCI image layout.*skopeo copy/,
  );
  const arm = await makeBase("arm64");
  rmSync(join(arm.base, "index.json"));
  await writeIndex(arm.base, arm.manifest, { name: "latest", architecture: "amd64" });
  await assert.rejects(
    readBaseImage(arm.base, "amd64", target),
    /is for linux arm64, but .*--arch/,
  );
  const damaged = await makeBase();
  const blob = blobFile(damaged.base, damaged.layer.descriptor);
  writeFileSync(blob, Buffer.concat([readFileSync(blob), Buffer.from("x")]));
  await assert.rejects(
    readBaseImage(damaged.base, "amd64", target),
    /is damaged; copy the image again/,
  );
  rmSync(blob);
  await assert.rejects(
    readBaseImage(damaged.base, "amd64", target),
    /is missing; copy the image again/,
  );
  writeFileSync(join(damaged.base, "index.json"), "{");
  await assert.rejects(readBaseImage(damaged.base, "amd64", target), /index\.json cannot be read/);
});
