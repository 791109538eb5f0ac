// What the pages tell a reader to type: every `sh` block is run, in a fresh copy of the checkout.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { copyCheckout } from "../helpers/checkout-copy.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { type Block, shellBlocks } from "./blocks.ts";
import { createReader } from "./reader.ts";

const checkout = join(import.meta.dirname, "../..");
const patterns = ["README.md", "docs/*.md", "scripts-examples/**/README.md"];
const pages = patterns.flatMap((pattern) => globSync(pattern, { cwd: checkout })).sort();

// Programs of the examples that a machine may lack.
const optionalTools = [
  ...["aws", "bash", "cc", "curl", "jq", "lua5.4", "perl", "php", "picolisp", "python3", "ruby"],
  ...["sbcl", "zip"],
];

/** The optional programs a block names, and the interpreters of the scripts it runs. */
function toolsOf({ command }: Block): string[] {
  const scripts = [
    ...command.matchAll(/[\w./-]+\.(?:bash|l|lisp|lua|php|pl|py|rb)\b|words-(?:perl|python)/g),
  ].join(" ");
  const implied = {
    bash: /\.bash/,
    "lua5.4": /\.lua\b/,
    perl: /\.pl\b|-perl/,
    php: /\.php\b/,
    picolisp: /\.l\b/,
    python3: /\.py\b|-python/,
    ruby: /\.rb\b/,
    sbcl: /\.lisp\b/,
  };
  return optionalTools.filter(
    (tool) =>
      new RegExp(`(^|[\\s|(:/])${tool}(\\s|,)`, "m").test(command) ||
      implied[tool as keyof typeof implied]?.test(scripts),
  );
}

// Pages run side by side, each in a copy of its own; the commands of a page in their order, as
// they are read.
describe("the commands", { concurrency: 2 }, () => {
  for (const page of pages) {
    const blocks = shellBlocks(readFileSync(join(checkout, page), "utf8"));
    if (blocks.length === 0) continue;
    describe(`of ${page}`, { concurrency: 1 }, () => {
      const copy = copyCheckout();
      const reader = createReader(copy.root);
      after(async () => {
        await reader.leave();
        copy.remove();
      });
      for (const block of blocks) {
        const [first = ""] = block.command.split("\n");
        it(`line ${block.line} runs: ${first}`, async (test) => {
          if (block.noTest) return test.skip(block.noTest);
          const missing = missingTool(toolsOf(block));
          if (missing) return test.skip(missing);
          const { stdout, stderr, code } = await reader.run(block);
          assert.equal(code, 0, stderr);
          if (block.output !== undefined) assert.equal(stdout.trimEnd(), block.output.trimEnd());
        });
      }
    });
  }
});

it("the commands of this build are there", () => {
  // `npx stdlambda` in a checkout is the built one.
  assert.ok(existsSync(join(checkout, "dist/cli.js")), "no dist/cli.js; run npm run build");
});

it("every page of scripts-examples has a command", () => {
  for (const page of pages.filter((name) => name.startsWith("scripts-examples/"))) {
    assert.notEqual(shellBlocks(readFileSync(join(checkout, page), "utf8")).length, 0, page);
  }
});
