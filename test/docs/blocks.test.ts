// The reader of fenced commands, on pages of its own.
import assert from "node:assert/strict";
import { it } from "node:test";
import { shellBlocks } from "./blocks.ts";

const fence = "```";

it("takes a command with its line and without the fence", () => {
  const page = `# T\n\n${fence}sh\necho a\necho b\n${fence}\ntext\n`;
  assert.deepEqual(shellBlocks(page), [{ line: 3, command: "echo a\necho b\n" }]);
});

it("takes the output block below a command, with or without an empty line between", () => {
  for (const gap of ["\n", "\n\n"]) {
    const page = `${fence}sh\necho a\n${fence}${gap}${fence}output\na\n${fence}\n`;
    assert.deepEqual(shellBlocks(page), [{ line: 1, command: "echo a\n", output: "a\n" }]);
  }
});

it("does not take an output that stands further below", () => {
  const page = `${fence}sh\necho a\n${fence}\ntext\n${fence}output\nb\n${fence}\n`;
  assert.equal(shellBlocks(page)[0]?.output, undefined);
});

it("knows an empty output from none", () => {
  const page = `${fence}sh\ntrue\n${fence}\n${fence}output\n${fence}\n`;
  assert.equal(shellBlocks(page)[0]?.output, "");
});

it("passes over blocks in other languages and what they hold", () => {
  const page = `${fence}ts\nconst sh = 1;\n${fence}\n${fence}\nplain\n${fence}\n${fence}sh\ntrue\n${fence}\n`;
  assert.deepEqual(shellBlocks(page), [{ line: 7, command: "true\n" }]);
});

it("keeps the reason of a block that is not run and refuses one without a reason", () => {
  const page = (info: string) => `${fence}${info}\nnpm ci\n${fence}\n`;
  assert.equal(shellBlocks(page("sh no-test it installs"))[0]?.noTest, "it installs");
  assert.throws(() => shellBlocks(page("sh no-test")), /line 1: say why/);
  assert.throws(() => shellBlocks(page("sh notest")), /line 1: only "serve", or "no-test"/);
});

it("knows the block that runs on while those below it are run", () => {
  const page = `${fence}sh serve\nstdlambda dev\n${fence}\n${fence}sh\ntrue\n${fence}\n`;
  assert.deepEqual(
    shellBlocks(page).map(({ serves }) => serves),
    [true, undefined],
  );
});
