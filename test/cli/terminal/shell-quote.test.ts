import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { it } from "node:test";
import { shellQuote } from "../../../cli/terminal/shell-quote.ts";

for (const text of ["plain/path-1.0:2", "", "it's", "a b", '$HOME `id` \\ "x" *', "new\nline"]) {
  it(`a shell reads ${JSON.stringify(text)} as it was`, () => {
    const word = shellQuote(text);
    assert.equal(execFileSync("sh", ["-c", `printf %s ${word}`], { encoding: "utf8" }), text);
  });
}
