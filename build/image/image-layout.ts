// An OCI image layout in a folder: blobs under their digests, and the index that names the image.

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import { type Descriptor, mediaTypes } from "./image-types.ts";

export function blobFolder(layout: string): string {
  return join(layout, "blobs", "sha256");
}

/** The path of a blob in the layout. */
export function blobFile(layout: string, { digest }: Pick<Descriptor, "digest">): string {
  return join(blobFolder(layout), digest.slice("sha256:".length));
}

export async function writeJsonBlob(
  layout: string,
  mediaType: string,
  value: object,
): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  await mkdir(blobFolder(layout), { recursive: true });
  await writeFile(blobFile(layout, { digest }), bytes);
  return { mediaType, digest, size: bytes.length };
}

/** `name` is the image's name for skopeo and umoci: `oci:DIR:NAME`. */
export async function writeIndex(
  layout: string,
  manifest: Descriptor,
  { name, architecture }: { readonly name: string; readonly architecture: string },
): Promise<void> {
  const annotations = { "org.opencontainers.image.ref.name": name };
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [{ ...manifest, platform: { architecture, os: "linux" }, annotations }],
  };
  await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, "index.json"), JSON.stringify(index));
}

/** @throws ExpectedError when the file is missing or is not valid JSON. */
export async function readJson<Type>(file: string): Promise<Type> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Type;
  } catch (error) {
    throw new ExpectedError(`${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
