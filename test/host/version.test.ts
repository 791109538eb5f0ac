// The version that is sent is the package's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { version } from "../../host/version.ts";

it("is the version of package.json", () => {
  const file = join(import.meta.dirname, "../../package.json");
  assert.equal(version, JSON.parse(readFileSync(file, "utf8")).version);
});
