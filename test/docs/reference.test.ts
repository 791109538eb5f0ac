// The pages that are made from tables are what the tables make.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { reference } from "../../build/release/reference.ts";
import { errorTable } from "../../host/errors.ts";
import { settings } from "../../host/settings.ts";

const pages = reference();

for (const [path, page] of Object.entries(pages)) {
  it(`${path} is what its table makes; after a change run npm run docs`, () => {
    assert.equal(readFileSync(join(import.meta.dirname, "../..", path), "utf8"), page);
  });
}

it("every setting, every value and every error has its row", () => {
  for (const setting of settings) {
    const { name, meaning } = setting;
    const row = pages["docs/settings.md"]?.split("\n").find((line) => line.includes(`\`${name}\``));
    if ("fits" in setting) assert.ok(row?.includes(setting.usually), name);
    for (const value of "values" in setting ? setting.values : [])
      assert.ok(row?.includes(`\`${value}\``), `${name}=${value}`);
    assert.ok(row?.includes(meaning), name);
  }
  for (const type of Object.keys(errorTable)) {
    assert.match(pages["docs/errors.md"] ?? "", new RegExp(`^\\| \`${type}\` \\| .+ \\|$`, "m"));
  }
});
