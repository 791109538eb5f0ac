// docs/local-service.md against the code: its options, its errors, and the numbers it gives.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
  maximumLogTailBytes,
  maximumLongInitMs,
  maximumPayloadBytes,
  maximumPolicyBytes,
  maximumStreamedBytes,
  maximumUnpackedBytes,
  maximumZipBytes,
  memory,
  timeout,
} from "../../lambda/limits.ts";
import { maximumItems } from "../../local/control/page.ts";
import { settlingMilliseconds } from "../../local/control/state.ts";
import { maximumPreludeBytes } from "../../local/function-url/limits.ts";
import {
  asynchronousDefaults,
  retryAfterMs,
  throttledAfterMs,
} from "../../local/invoke/event-queue.ts";
import { defaultMaximumBytes } from "../../local/logs/log-store.ts";
import { platformErrorTypes } from "../../local/runtime-api/platform-error-types.ts";
import { freezeAfterMs } from "../../local/sandbox/execution-environment.ts";
import { intervalMs } from "../../local/sandbox/memory-watch.ts";
import { idleMs } from "../../local/sandbox/pool.ts";
import { shutdownMs } from "../../local/sandbox/shutdown.ts";
import { startsPerProcessor } from "../../local/sandbox/start-slots.ts";
import { lambdaErrors } from "../../local/service-error.ts";
import { maximumEntries } from "../../local/store/package-limits.ts";
import { callMain } from "../cli/command-line.ts";

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
  const errors = Object.entries(lambdaErrors).map(([type, status]) => `${type} ${status}`);
  const rows = [...page.matchAll(/^\| `(\w+Exception)` \| (\d{3}) \|/gm)].map(
    ([, type, status]) => `${type} ${status}`,
  );
  assert.deepEqual(rows, errors);
});

it("every error that the service reports for a function is named", () => {
  assert.deepEqual(
    platformErrorTypes.filter((type) => !page.includes(`\`${type}\``)),
    [],
  );
});

const count = (value: number) => value.toLocaleString("en-US");
const megabytes = (bytes: number) => `${bytes / 1024 / 1024} MB`;

/** What the page says of limits and times, made of the values that the service works with. */
const limits: readonly string[] = [
  `${freezeAfterMs} ms after its last invocation`,
  `looked at every ${intervalMs} ms`,
  `after ${idleMs / 60_000} idle minutes`,
  `${shutdownMs.internalExtension} ms, with an external one ${shutdownMs.externalExtensions / 1000} s`,
  `the last ${maximumLogTailBytes / 1024} KB`,
  `after ${retryAfterMs[0] / 1000} s and after ${retryAfterMs[1] / 1000} s`,
  `after ${throttledAfterMs.first / 1000} s, then at growing intervals of at most ${throttledAfterMs.greatest / 60_000} minutes`,
  `until it is ${asynchronousDefaults.maximumAgeSeconds / 3600} hours old`,
  `\`InProgress\`, for ${settlingMilliseconds} ms`,
  `exceed ${maximumPolicyBytes / 1024} KB`,
  `page of a list | ${maximumItems}`,
  `${count(maximumEntries)} entries`,
  `${maximumPreludeBytes / 1024} KB`,
  `the newest ${megabytes(defaultMaximumBytes)}`,
  `| event | ${count(maximumPayloadBytes)} bytes;`,
  `| response | ${count(maximumPayloadBytes)} bytes;`,
  `${count(maximumAsynchronousBytes)} for \`Event\``,
  `${count(maximumClientContextBytes)} bytes`,
  `streamed ${megabytes(maximumStreamedBytes)}`,
  `**Init** has ${maximumInitMs / 1000} seconds`,
  `or Managed Instances ${maximumLongInitMs / 1000}`,
  `At most ${startsPerProcessor} environments for each processor start at the same time`,
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
