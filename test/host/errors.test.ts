// The table of errors and the sources that report them.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { errorTable, HostError } from "../../host/errors.ts";

const root = join(import.meta.dirname, "../..");
const sources = globSync("host/**/*.ts", { cwd: root })
  .filter((file) => file !== "host/errors.ts")
  .map((file) => readFileSync(join(root, file), "utf8"));

it("every error of the table is reported somewhere", () => {
  for (const type of Object.keys(errorTable)) {
    assert.ok(
      sources.some((source) => source.includes(`"${type}"`)),
      `${type} is in the table and in no source`,
    );
  }
});

it("every type that a source names is in the table", () => {
  for (const source of sources) {
    for (const [, type = ""] of source.matchAll(/"((?:Runtime|Function)\.[A-Z]\w+)"/g)) {
      // What the header says for an exit status or a signal, whose types have no end.
      if (["Function.NonZeroExit", "Function.Signal", "Function.Error"].includes(type)) continue;
      assert.ok(Object.hasOwn(errorTable, type), `${type} is not in the table`);
    }
  }
});

it("every type is as the platform's header demands, and its sentence is one", () => {
  for (const [type, meaning] of Object.entries(errorTable)) {
    assert.match(type, /^(?:Runtime|Function)\.[A-Z][a-zA-Z]+$/);
    assert.match(meaning, /^[A-Z].*\.$/);
  }
});

it("an error keeps its type and its cause", () => {
  const cause = new Error("why");
  const error = new HostError("Runtime.ApiFailure", "what", { cause });
  assert.equal(error.type, "Runtime.ApiFailure");
  assert.equal(error.message, "what");
  assert.equal(error.cause, cause);
  assert.ok(error instanceof Error);
});
