// The fake Runtime API is a true one: AWS's own runtime passes on it what applies to it.
import { deepEqual, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { cases } from "./cases.ts";
import { type Job, jobsFor, whyNot } from "./jobs.ts";
import { peers } from "./peers.ts";
import { runCase } from "./run-case.ts";

const { title, bootstrap } = peers.ric;
const fails: Record<string, string> = peers.ric.fails;
const races: Record<string, string> = peers.ric.races;
const jobs = jobsFor(cases, ["function"]);
const missing = existsSync(bootstrap)
  ? undefined
  : `${title} is not installed: npm run peers installs it`;

describe(`${title}, case by case`, { concurrency: 2 }, () => {
  for (const job of jobs) if (!job.row.alone) test(job.title, (context) => holds(job, context));
});

describe(`${title}, measured with nothing beside it`, { concurrency: 1 }, () => {
  for (const job of jobs) if (job.row.alone) test(job.title, (context) => holds(job, context));
});

test(`every listed failure of ${title} names a case`, () => {
  const names = jobs.map(({ row }) => `${row.number} ${row.name}`);
  deepEqual(
    [...Object.keys(fails), ...Object.keys(races)].filter((name) => !names.includes(name)),
    [],
  );
});

async function holds(job: Job, context: TestContext): Promise<void> {
  if (missing && process.env.CI === "true") throw new Error(missing);
  const reason = missing || whyNot(job);
  if (reason) return context.skip(reason);
  const name = `${job.row.number} ${job.row.name}`;
  const { problems } = await runCase(job.row, job.kind, bootstrap);
  if (races[name] !== undefined) {
    context.diagnostic(`${problems.length > 0 ? "fails" : "passes"} this time: ${races[name]}`);
  } else if (fails[name] !== undefined) {
    ok(problems.length > 0, `it passes now, yet it is listed as failing: ${fails[name]}`);
    context.diagnostic(`fails as listed: ${fails[name]}`);
  } else {
    ok(problems.length === 0, problems.join("\n"));
  }
}
