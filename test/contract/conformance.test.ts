// Every conformance case against our own host, one test for each.
import { ok } from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { cases } from "./cases.ts";
import { type Job, jobsFor, whyNot } from "./jobs.ts";
import { runCase } from "./run-case.ts";

const bootstrap = join(import.meta.dirname, "../../host/bootstrap");
const jobs = jobsFor(cases);

describe("the host, case by case", { concurrency: 2 }, () => {
  for (const job of jobs) if (!job.row.alone) test(job.title, (context) => holds(job, context));
});

describe("the host, measured with nothing beside it", { concurrency: 1 }, () => {
  for (const job of jobs) if (job.row.alone) test(job.title, (context) => holds(job, context));
});

async function holds(job: Job, context: TestContext): Promise<void> {
  const reason = whyNot(job);
  if (reason) return context.skip(reason);
  const { problems, log } = await runCase(job.row, job.kind, bootstrap);
  ok(problems.length === 0, `${problems.join("\n")}\n\nlog:\n${log.slice(-2000)}`);
}
