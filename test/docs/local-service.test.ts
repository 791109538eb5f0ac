// docs/local-service.md against the code: its options, its errors, and the numbers it gives.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { exampleAccountId } from "../../lambda/account.ts";
import {
  maximumAsynchronousBytes,
  maximumClientContextBytes,
  maximumEnvironmentBytes,
  maximumExtensions,
  maximumInitMs,
  maximumLayers,
  maximumLongInitMs,
  maximumPayloadBytes,
  maximumStreamedBytes,
  maximumUnpackedBytes,
  maximumZipBytes,
  memory,
  timeout,
} from "../../lambda/limits.ts";
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
  [
    "sandbox/shutdown.ts",
    "internalExtension: 500, externalExtensions: 2000",
    "500 ms, with an external one 2 s",
  ],
  ["sandbox/log-tail.ts", "maximumBytes = 4096;", "the last 4 KB"],
  ["invoke/event-queue.ts", "retryAfterMs = [1000, 2000]", "after 1 s and after 2 s"],
  [
    "invoke/event-queue.ts",
    "{ first: 1000, greatest: 5 * 60 * 1000 }",
    "from 1 s on, ever longer, at most 5 minutes",
  ],
  ["invoke/event-queue.ts", "maximumAgeSeconds: 6 * 60 * 60", "age of 6 hours"],
  ["control/state.ts", "settlingMilliseconds = 50;", "`InProgress`, for 50 ms"],
  ["control/permissions.ts", "maximumPolicyBytes = 20_480;", "more than 20 KB"],
  ["control/page.ts", "maximumItems = 50;", "page of a list | 50"],
  ["store/package-limits.ts", "maximumEntries = 100_000;", "100,000 entries"],
  ["function-url/limits.ts", "maximumPreludeBytes = 16 * 1024;", "16 KB"],
  ["logs/log-store.ts", "defaultMaximumBytes = 16 * 1024 * 1024;", "the newest 16 MB"],
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

const count = (value: number) => value.toLocaleString("en-US");
const megabytes = (bytes: number) => `${bytes / 1024 / 1024} MB`;

/** What the page says of Lambda's own limits, made of the limits that the service holds. */
const limits: readonly string[] = [
  `| event | ${count(maximumPayloadBytes)} bytes;`,
  `| response | ${count(maximumPayloadBytes)} bytes;`,
  `${count(maximumAsynchronousBytes)} for \`Event\``,
  `${count(maximumClientContextBytes)} bytes`,
  `streamed ${megabytes(maximumStreamedBytes)}`,
  `**Init** has ${maximumInitMs / 1000} seconds`,
  `or Managed Instances ${maximumLongInitMs / 1000}`,
  `at most ${maximumExtensions} in all`,
  `layers of a function | ${maximumLayers}`,
  `variables of a function | ${maximumEnvironmentBytes / 1024} KB`,
  `${timeout.maximum} seconds`,
  `${memory.minimum} to ${count(memory.maximum)} MB`,
  `zip in a request | ${megabytes(maximumZipBytes)}`,
  `unpacked ${megabytes(maximumUnpackedBytes)}`,
  `Account \`${exampleAccountId}\``,
];

for (const words of limits) {
  it(`says "${words}"`, () => {
    assert.ok(page.includes(words), "not in the page");
  });
}
