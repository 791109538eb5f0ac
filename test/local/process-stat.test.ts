import assert from "node:assert/strict";
import { it } from "node:test";
import { parseProcessStat } from "../../local/process-stat.ts";

const rest = "0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 2048 1";

it("a name may hold parentheses and spaces", () => {
  assert.deepEqual(parseProcessStat(`7 (a) S (b c) S 3 5 5 ${rest}`), {
    parentId: 3,
    groupId: 5,
    started: "987654",
  });
});

for (const [what, stat] of [
  ["a dead process", `7 (a) Z 3 5 5 ${rest}`],
  ["a part of a line", "7 (a) S 3 5"],
  ["nothing", ""],
] as const) {
  it(`${what} has no state to speak of`, () => assert.equal(parseProcessStat(stat), undefined));
}
