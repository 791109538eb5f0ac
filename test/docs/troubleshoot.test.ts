// docs/troubleshoot.md has a word on every error of the host, and no page names one that nobody reports.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { errorTable } from "../../host/errors.ts";
import { platformErrorTypes } from "../../local/runtime-api/platform-error-types.ts";

const checkout = join(import.meta.dirname, "../..");

it("every error of the host has its place in docs/troubleshoot.md", () => {
  const page = readFileSync(join(checkout, "docs/troubleshoot.md"), "utf8");
  assert.deepEqual(
    Object.keys(errorTable).filter((type) => !page.includes(type)),
    [],
  );
});

// What is not in the table is made of how a script ended, or of the exception it died of.
const fromEndings = /^Function\.(?:Exit[\dN]*|SIG[A-Z]+\d*|NonZeroExit|Signal|TypeError)$/;

const platform = new Set<string>(platformErrorTypes);

for (const page of globSync(["README.md", "docs/*.md"], { cwd: checkout })) {
  it(`the error types in ${page} exist`, () => {
    const named = readFileSync(join(checkout, page), "utf8").matchAll(
      /\b(?:Runtime|Function)\.[A-Z]\w+/g,
    );
    for (const [type] of named) {
      assert.ok(
        type in errorTable || platform.has(type) || fromEndings.test(type),
        `${type} is not reported anywhere`,
      );
    }
  });
}
