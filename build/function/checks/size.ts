// Lambda's limits for a package, and what takes the room in one that is too large.

import { statSync } from "node:fs";
import { maximumUnpackedBytes, maximumZipBytes } from "../../../lambda/limits.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { readableSize } from "../../zip/readable-size.ts";

export function sizeOf({ content }: PackageFile): number {
  if (content.kind === "file") return statSync(content.file).size;
  return content.kind === "bytes" ? content.bytes.length : Buffer.byteLength(content.target);
}

/** A sentence when the files are more than Lambda unpacks, else undefined. */
export function tooLargeUnpacked(files: readonly PackageFile[]): string | undefined {
  const total = files.reduce((sum, file) => sum + sizeOf(file), 0);
  if (total <= maximumUnpackedBytes) return undefined;
  return `the files take ${readableSize(total)}, but Lambda unpacks at most ${readableSize(maximumUnpackedBytes)}, layers included. The largest: ${largest(files)}. Leave some out (--exclude, --external), bundle the script (--bundle), or build an image (--format oci)`;
}

/** A sentence when the zip cannot be uploaded directly, else undefined. */
export function tooLargeZip(bytes: number, files: readonly PackageFile[]): string | undefined {
  if (bytes <= maximumZipBytes) return undefined;
  return `the zip has ${readableSize(bytes)}, but Lambda takes at most ${readableSize(maximumZipBytes)} directly; deploy it through a bucket (--s3-bucket), or leave some out. The largest: ${largest(files)}`;
}

/** The five packages or top folders that take the most. */
function largest(files: readonly PackageFile[]): string {
  const sums = new Map<string, number>();
  for (const file of files) {
    const place =
      /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.path)?.[0] ??
      file.path.split("/", 1)[0] ??
      "";
    sums.set(place, (sums.get(place) ?? 0) + sizeOf(file));
  }
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([place, bytes]) => `${place} (${readableSize(bytes)})`)
    .join(", ");
}
