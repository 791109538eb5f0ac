// The layout as one tar for `docker load`: the OCI layout, and Docker's list of images.
import { createWriteStream } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { besideTarget } from "../cache/unfinished.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { imageEntries } from "./image-files.ts";
import type { Descriptor } from "./image-types.ts";
import { tarStream } from "./write-layer.ts";

export interface ArchivedImage {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** `NAME:TAG`. */
  readonly tag: string;
}

/** `docker save` writes the same since version 25; older ones load it by `manifest.json`. */
export async function writeArchive(
  layout: string,
  { config, layers, tag }: ArchivedImage,
  output: string,
  signal?: AbortSignal,
): Promise<void> {
  const blob = ({ digest }: Descriptor) => `blobs/${digest.replace(":", "/")}`;
  const images = [{ Config: blob(config), RepoTags: [tag], Layers: layers.map(blob) }];
  const files: PackageFile[] = [
    {
      path: "manifest.json",
      content: { kind: "bytes", bytes: Buffer.from(JSON.stringify(images)) },
      executable: false,
    },
  ];
  for (const path of ["oci-layout", "index.json", ...(await blobs(layout))]) {
    files.push({ path, content: { kind: "file", file: join(layout, path) }, executable: false });
  }
  await using unfinished = await besideTarget(output);
  const target = createWriteStream(unfinished.path);
  await pipeline(tarStream(await imageEntries(files)), target, { signal });
  await rename(unfinished.path, output);
}

async function blobs(layout: string): Promise<string[]> {
  const names = await readdir(join(layout, "blobs/sha256"));
  return names.map((name) => `blobs/sha256/${name}`);
}
