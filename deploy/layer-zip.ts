// A user's own layer, a folder or a zip on the disk, as a zip that can be published.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { wholeFolder } from "../build/layer/whole-folder.ts";
import { writeZip } from "../build/zip/zip.ts";
import { ExpectedError } from "../host/expected-error.ts";
import { type CodeZip, describeZip } from "./upload.ts";

export interface LayerZip {
  readonly zip: CodeZip;
  readonly warnings: readonly string[];
}

/**
 * A folder becomes `layer-NAME.zip` in `output`; the same files give the same bytes, and so the same
 * layer.
 */
export async function layerZip(path: string, name: string, output: string): Promise<LayerZip> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return { zip: await describeZip(path), warnings: [] };
  if (!found?.isDirectory()) {
    throw new ExpectedError(
      `the layer ${path} ${found ? "is neither a folder nor a file" : "does not exist"}`,
      { remedy: "Name a folder with the layer's content, a zip of it, or a layer's ARN" },
    );
  }
  const { files, warnings } = wholeFolder(path, "");
  if (files.length === 0) {
    throw new ExpectedError(`the layer ${path} is empty`, {
      remedy: "Put the files for /opt into it",
    });
  }
  return {
    zip: await writeZip(files, join(output, `layer-${name}.zip`)),
    warnings: warnings.map((warning) => `the layer ${path}: ${warning}`),
  };
}
