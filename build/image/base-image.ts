// The base image, read from a layout that `skopeo copy` or another tool wrote.

import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ExpectedError } from "../../host/expected-error.ts";
import { blobFile, blobFolder, readJson } from "./image-layout.ts";
import {
  type Descriptor,
  type ImageConfig,
  type Index,
  type Manifest,
  mediaTypes,
} from "./image-types.ts";

export interface BaseImage {
  readonly layers: readonly Descriptor[];
  readonly config: ImageConfig;
}

/** Docker's media types and the OCI types to use for the same bytes. */
const sameTypes: Readonly<Record<string, string>> = {
  "application/vnd.docker.image.rootfs.diff.tar.gzip": mediaTypes.layer,
  "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
};

/**
 * The image for the architecture, its blobs checked against their digests and copied to `layout`.
 * @throws ExpectedError, with what to do.
 */
export async function readBaseImage(
  base: string,
  architecture: string,
  layout: string,
): Promise<BaseImage> {
  if (!existsSync(join(base, "oci-layout"))) {
    throw new ExpectedError(
      `${base} is not an OCI image layout (it has no file oci-layout); make one: skopeo copy docker://IMAGE oci:${base}:latest`,
    );
  }
  const index = await readJson<Index>(join(base, "index.json"));
  const manifest = await findManifest(base, index, architecture);
  const config = await readJson<ImageConfig>(blobFile(base, manifest.config));
  if (config.architecture !== architecture || config.os !== "linux") {
    throw new ExpectedError(
      `the image in ${base} is for ${config.os} ${config.architecture}, but the function is for linux ${architecture}; copy the image for that architecture (skopeo copy --override-arch ${architecture} …) or change --arch`,
    );
  }
  if (config.rootfs.diff_ids.length !== manifest.layers.length) {
    throw new ExpectedError(
      `the image in ${base} is damaged: it has ${manifest.layers.length} layers, but its configuration lists ${config.rootfs.diff_ids.length}; copy it again`,
    );
  }
  for (const layer of manifest.layers) await copyBlob(base, layer, layout);
  const layers = manifest.layers.map(({ mediaType, digest, size }) => ({
    mediaType: sameTypes[mediaType] ?? mediaType,
    digest,
    size,
  }));
  return { layers, config };
}

async function findManifest(base: string, index: Index, architecture: string): Promise<Manifest> {
  // An index lists attestations as manifests with an unknown platform.
  const fitting = index.manifests.filter(
    ({ platform }) => platform === undefined || platform.architecture === architecture,
  );
  const [first, ...others] = fitting;
  if (first === undefined) {
    const there = index.manifests.map(({ platform }) => platform?.architecture).join(", ");
    throw new ExpectedError(
      `the layout ${base} has no image for ${architecture} (it has ${there || "none"}); add one, or change --arch`,
    );
  }
  if (others.length > 0) {
    throw new ExpectedError(
      `the layout ${base} has ${fitting.length} images for ${architecture}, and one is needed; copy that one: skopeo copy oci:${base}:NAME oci:OTHER:latest`,
    );
  }
  const found = await readJson<Manifest | Index>(blobFile(base, first));
  return "manifests" in found ? findManifest(base, found, architecture) : found;
}

async function copyBlob(base: string, layer: Descriptor, layout: string): Promise<void> {
  const file = blobFile(base, layer);
  if (!existsSync(file)) {
    const why = layer.urls ? "is kept elsewhere" : "is missing";
    throw new ExpectedError(`the layer ${layer.digest} of ${base} ${why}; copy the image again`);
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  if (`sha256:${hash.digest("hex")}` !== layer.digest) {
    throw new ExpectedError(
      `the layer ${layer.digest} of ${base} is damaged; copy the image again`,
    );
  }
  await mkdir(blobFolder(layout), { recursive: true });
  await copyFile(file, blobFile(layout, layer));
}
