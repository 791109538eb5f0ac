import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSince } from "../../../cli/logs/since.ts";
import { ExpectedError } from "../../../host/expected-error.ts";

const now = Date.UTC(2026, 10, 21, 12);

test("a span goes back from now", () => {
  const spans = { "90s": 90_000, "10m": 600_000, "2h": 7_200_000, "1d": 86_400_000 };
  for (const [text, span] of Object.entries(spans)) assert.equal(parseSince(text, now), now - span);
  assert.equal(parseSince("1w", now), now - 7 * 86_400_000);
  assert.equal(parseSince("0s", now), now);
  assert.equal(parseSince("9999999999999w", now), 0);
});

test("a time is itself", () => {
  assert.equal(parseSince("2026-11-21T11:30:00Z", now), now - 1_800_000);
  assert.equal(parseSince("2026-11-21T13:30:00.5+02:00", now), now - 1_799_500);
  assert.equal(parseSince("2026-11-21", now), Date.UTC(2026, 10, 21));
  assert.equal(parseSince("2026-11-20 10:00", now), new Date(2026, 10, 20, 10).getTime());
});

test("anything else is refused with what to write", () => {
  for (const text of ["", "m", "10", "-5m", "1.5h", "10 m", "yesterday", "2026-13-01", "11:30"]) {
    assert.throws(
      () => parseSince(text, now),
      (error) =>
        error instanceof ExpectedError && /Write it as in 30s, 10m/.test(error.remedy ?? ""),
      text,
    );
  }
  assert.throws(() => parseSince("2026-11-22", now), /is in the future/);
});
