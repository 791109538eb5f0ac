// docs/local-service.md against the code: its options, its errors, and the numbers it gives.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { maximumResponseBytes } from "../../host/answer/limit.ts";
import { callMain } from "../cli/command-line.ts";
import { platformErrors } from "./platform-errors.ts";

const checkout = join(import.meta.dirname, "../..");
const page = readFileSync(join(checkout, "docs/local-service.md"), "utf8");

it("every option of stdlambda dev has its row, and no row is without its option", async () => {
  const { stdout } = await callMain(["dev", "--help"]);
  const options = [...stdout.toString().matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(
    ([, name]) => name,
  );
  assert.ok(options.length > 10, `only ${options.length} options were found`);
  const [, table = ""] = /^## Options\n([\s\S]*?)^## /m.exec(page) ?? [];
  const named = [...table.matchAll(/(--[a-z][a-z-]+)/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].sort(), options.filter((name) => name !== "--help").sort());
});

it("every error of the API has its row with its status, and no other has one", () => {
  const thrown = globSync("local/**/*.ts", { cwd: checkout }).flatMap((file) =>
    [
      ...readFileSync(join(checkout, file), "utf8").matchAll(
        /new ServiceError\(\s*"(\w+)",\s*(\d{3})/g,
      ),
    ].map(([, type, status]) => `${type} ${status}`),
  );
  const rows = [...page.matchAll(/^\| `(\w+Exception)` \| (\d{3}) \|/gm)].map(
    ([, type, status]) => `${type} ${status}`,
  );
  assert.deepEqual(rows, [...new Set(thrown)].sort());
});

it("every error that the service reports for a function is named", () => {
  const types = platformErrors();
  assert.ok(types.size > 10);
  assert.deepEqual(
    [...types].filter((type) => !page.includes(`\`${type}\``)),
    [],
  );
});

/** Where a number stands in the code, and what the page says of it. */
const numbers: readonly (readonly [file: string, code: string, words: string])[] = [
  ["sandbox/execution-environment.ts", "freezeAfterMs = 50;", "50 ms after its last invocation"],
  ["sandbox/memory-watch.ts", "intervalMs = 50;", "looked at every 50 ms"],
  ["sandbox/pool.ts", "idleMs = 10 * 60 * 1000;", "idle for 10 minutes"],
  ["service.ts", "2 * availableParallelism()", "Twice as many as there are processors"],
  ["sandbox/begin.ts", "maximumInitMs = 10_000;", "**Init** has 10 seconds"],
  ["sandbox/begin.ts", "maximumLongInitMs = 130_000;", "or Managed Instances 130"],
  [
    "sandbox/say-farewell.ts",
    "internalExtension: 500, externalExtensions: 2000",
    "500 ms, with an external one 2 s",
  ],
  ["sandbox/log-tail.ts", "maximumBytes = 4096;", "the last 4 KB"],
  ["runtime-api/extensions/extension-register.ts", "maximumExtensions = 10;", "at most 10 in all"],
  [
    "runtime-api/streamed-response.ts",
    "maximumStreamBytes = 200 * 1024 * 1024;",
    "streamed 200 MB",
  ],
  ["invoke/event-queue.ts", "retryAfterMs = [1000, 2000]", "after 1 s and after 2 s"],
  [
    "invoke/event-queue.ts",
    "{ first: 1000, greatest: 5 * 60 * 1000 }",
    "from 1 s on, ever longer, at most 5 minutes",
  ],
  ["invoke/event-queue.ts", "maximumAgeSeconds: 6 * 60 * 60", "age of 6 hours"],
  ["invoke/invoke-operation.ts", "maximumQueuedBytes = 1024 * 1024;", "1,048,576 for `Event`"],
  ["invoke/invoke-operation.ts", "maximumClientContextBytes = 3583;", "3,583 bytes"],
  ["control/state.ts", "settlingMilliseconds = 50;", "`InProgress`, for 50 ms"],
  ["control/permissions.ts", "maximumPolicyBytes = 20_480;", "more than 20 KB"],
  ["control/page.ts", "maximumItems = 50;", "page of a list | 50"],
  ["control/function-layers.ts", "maximumLayers = 5;", "layers of a function | 5"],
  ["control/environment.ts", "maximumBytes = 4096;", "variables of a function | 4 KB"],
  ["control/configure.ts", "maximumTimeoutSeconds = 900;", "900 seconds"],
  ["control/configure.ts", "maximumMegabytes = 10_240;", "128 to 10,240 MB"],
  ["store/package-limits.ts", "maximumZipSize = 50 * 1024 * 1024;", "zip in a request | 50 MB"],
  ["store/package-limits.ts", "maximumUnpackedSize = 250 * 1024 * 1024;", "unpacked 250 MB"],
  ["store/package-limits.ts", "maximumEntries = 100_000;", "100,000 entries"],
  ["function-url/limits.ts", "maximumPreludeBytes = 16 * 1024;", "16 KB"],
  ["logs/log-store.ts", "defaultMaximumBytes = 16 * 1024 * 1024;", "the newest 16 MB"],
  ["../lambda/account.ts", '"012345678912"', "Account `012345678912`"],
];

for (const [file, code, words] of numbers) {
  it(`says "${words}" as local/${file} has it`, () => {
    const source = readFileSync(join(checkout, "local", file), "utf8");
    assert.ok(
      source.includes(code),
      `local/${file} has no "${code}" any more: change the page too`,
    );
    assert.ok(page.includes(words), "not in the page");
  });
}

it("says the size of an event and of a response", () => {
  const bytes = maximumResponseBytes.toLocaleString("en-US");
  assert.ok(page.includes(`| event | ${bytes} bytes;`));
  assert.ok(page.includes(`| response | ${bytes} bytes;`));
});
