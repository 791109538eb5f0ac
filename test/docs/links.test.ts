// Every relative link of a page leads to a file, and to a heading where it names one.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { it } from "node:test";

const checkout = join(import.meta.dirname, "../..");
const pages = ["README.md", "docs/*.md", "scripts-examples/**/*.md"].flatMap((pattern) =>
  globSync(pattern, { cwd: checkout }),
);

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): string[] {
  const headings = readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}

for (const page of pages) {
  it(`the links of ${page} lead somewhere`, () => {
    const text = readFileSync(join(checkout, page), "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "");
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? join(checkout, page) : join(checkout, dirname(page), path);
      assert.ok(existsSync(file), `${target}: no such file`);
      if (anchor) assert.ok(anchors(file).includes(anchor), `${target}: no such heading`);
    }
  });
}
