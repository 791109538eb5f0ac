// Progress: one line, rewritten, where somebody looks; plain lines in a log; nothing when not wanted.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { createProgress, type ProgressOptions } from "../../../cli/terminal/progress.ts";

function shown(terminal: object, options: ProgressOptions): string {
  const stderr = Object.assign(new PassThrough(), terminal);
  {
    using progress = createProgress({ stderr, env: {} }, options);
    progress.step("zipping");
    progress.at(0.255);
    progress.at(0.2551);
    progress.warn("large");
    progress.done("built");
    progress.step("more");
  }
  return String(stderr.read() ?? "");
}

const erase = "\r\u001b[2K";

test("a terminal has one line, which is gone at the end", () => {
  assert.equal(
    shown({ isTTY: true, columns: 40 }, {}),
    [
      `${erase}zipping …`,
      `${erase}zipping … 25 %`,
      `${erase}warning: large\n`,
      "built\n",
      `${erase}more …`,
      erase,
    ].join(""),
  );
});

test("a line longer than the terminal is cut, so that it can be rewritten", () => {
  const text = shown({ isTTY: true, columns: 8 }, {});
  assert.match(text, /\[2Kzippin…/);
  for (const line of text.split(erase)) {
    if (!line.endsWith("\n")) assert.ok(line.length < 8, JSON.stringify(line));
  }
});

test("a log has a line for each step", () => {
  assert.equal(shown({}, {}), "zipping\nwarning: large\nbuilt\nmore\n");
});

test("a program that reads the result needs no last word", () => {
  assert.equal(shown({}, { json: true }), "zipping\nwarning: large\nmore\n");
});

test("with --quiet there are only warnings", () => {
  assert.equal(shown({}, { quiet: true }), "warning: large\n");
  assert.equal(shown({ isTTY: true }, { quiet: true }), "warning: large\n");
});
