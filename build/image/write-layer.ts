// Writes files as a layer of an image: a gzipped tar whose bytes depend only on them.
import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createTarPacker } from "modern-tar";
import { ExpectedError } from "../../host/expected-error.ts";
import { besideTarget } from "../cache/unfinished.ts";
import type { ImageEntry } from "./image-files.ts";
import { type Descriptor, mediaTypes } from "./image-types.ts";

export interface WrittenLayer {
  readonly descriptor: Descriptor;
  /** Of the tar before compression: what an image's configuration names. */
  readonly diffId: string;
  /** Written to the image's history. */
  readonly createdBy: string;
}

export interface LayerOptions {
  readonly createdBy: string;
  readonly onBytes?: (count: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const epoch = new Date(0);

/**
 * `blobs` is the layout's `blobs/sha256`; the layer appears under its digest when it is complete.
 */
export async function writeLayer(
  entries: readonly ImageEntry[],
  blobs: string,
  { createdBy, onBytes, signal }: LayerOptions,
): Promise<WrittenLayer> {
  await using unfinished = await besideTarget(join(blobs, "layer"));
  const tar = createHash("sha256");
  const blob = createHash("sha256");
  const counted = { size: 0 };
  await pipeline(
    tarStream(entries, onBytes),
    watch(tar),
    // Level 9 takes twice as long and saves 1 %; the size limit of an image is far away.
    createGzip({ level: 6 }),
    anonymous(),
    watch(blob, counted),
    createWriteStream(unfinished.path),
    { signal },
  );
  const digest = blob.digest("hex");
  await rename(unfinished.path, join(blobs, digest));
  return {
    descriptor: { mediaType: mediaTypes.layer, digest: `sha256:${digest}`, size: counted.size },
    diffId: `sha256:${tar.digest("hex")}`,
    createdBy,
  };
}

/** The tar of the entries, in their order, as root's and from 1970. */
export function tarStream(
  entries: readonly ImageEntry[],
  onBytes?: (count: number) => void,
): Readable {
  const { readable, controller } = createTarPacker();
  const fill = async () => {
    for (const { path, mode, size, content } of entries) {
      const header = { name: path, mode, size, mtime: epoch, uid: 0, gid: 0 };
      if (content === undefined) await controller.add({ ...header, type: "directory" }).close();
      else if (content.kind === "link") {
        await controller.add({ ...header, type: "symlink", linkname: content.target }).close();
      } else {
        const source =
          content.kind === "bytes"
            ? Readable.from([content.bytes])
            : readExactly(content.file, size);
        const target = controller.add({ ...header, type: "file" });
        await Readable.toWeb(Readable.from(source)).pipeTo(target as WritableStream);
        onBytes?.(size);
      }
    }
    controller.finalize();
  };
  fill().catch((error: Error) => controller.error(error));
  return Readable.fromWeb(readable as Parameters<typeof Readable.fromWeb>[0]);
}

/** A tar has the size before the content, so a file that grows meanwhile is cut at that size. */
async function* readExactly(file: string, size: number): AsyncGenerator<Buffer> {
  let read = 0;
  if (size > 0) {
    for await (const chunk of createReadStream(file, { end: size - 1 })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  }
  if (read < size) {
    throw new ExpectedError(`${file} became shorter while it was packed`, {
      remedy: "Build again when nothing writes to it",
    });
  }
}

function watch(hash: Hash, counted = { size: 0 }): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, push) {
      hash.update(chunk);
      counted.size += chunk.length;
      push(null, chunk);
    },
  });
}

/** gzip's header names the system that wrote it (RFC 1952: OS); 255 is "unknown". */
function anonymous(): Transform {
  let at = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, push) {
      const place = 9 - at;
      if (place >= 0 && place < chunk.length) chunk[place] = 255;
      at += chunk.length;
      push(null, chunk);
    },
  });
}
