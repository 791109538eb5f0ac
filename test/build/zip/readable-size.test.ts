import assert from "node:assert/strict";
import { it } from "node:test";
import { readableSize } from "../../../build/zip/readable-size.ts";
import { maximumZipBytes } from "../../../lambda/limits.ts";

it("each size has the unit that fits", () => {
  assert.deepEqual([0, 1023, 1024, 1536, 1024 * 1024, maximumZipBytes].map(readableSize), [
    "0 bytes",
    "1023 bytes",
    "1.0 KB",
    "1.5 KB",
    "1.0 MB",
    "50.0 MB",
  ]);
});
