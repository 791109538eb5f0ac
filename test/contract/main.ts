// Runs the conformance cases against a bootstrap: npm run conformance -- --bootstrap PATH
import { access, constants } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { Kind } from "./case.ts";
import { cases } from "./cases.ts";
import { type Job, jobsFor, kinds, runJobs, whyNot } from "./jobs.ts";
import type { CaseResult } from "./run-case.ts";

interface Options {
  bootstrap: string;
  case?: number[];
  kind: Kind[];
  list?: true;
  verbose?: true;
}

const ourBootstrap = join(import.meta.dirname, "../../host/bootstrap");

const options = new Command("conformance")
  .description("Runs the cases of the Lambda Runtime API against a custom runtime.")
  .option("--bootstrap <path>", "the executable to test", ourBootstrap)
  .option("--case <numbers>", "only these, as 1,12,60", parseNumbers)
  .option("--kind <kinds>", "handlers the runtime can load: script, function", parseKinds, [
    ...kinds,
  ])
  .option("--list", "print the cases, run none")
  .option("--verbose", "print the runtime's log under a failure")
  .addHelpText("after", "\nCONFORMANCE_IDLE_MS sets how long case 28 lets a poll wait (3000).")
  .parse()
  .opts<Options>();

// An interrupted run ends as any other, so that what it started is ended too.
process.once("SIGINT", () => process.exit(130));
// Whoever reads the lines may stop reading, as `head` does.
process.stdout.on("error", () => process.exit(1));

const rows = cases.filter(({ number }) => options.case?.includes(number) ?? true);
const print = (line: string) => process.stdout.write(`${line}\n`);

if (options.list) {
  for (const { number, name, handler } of rows) {
    const [kind, other] = Object.keys(handler);
    print(`${String(number).padStart(3)}  ${(other ? "any" : kind)?.padEnd(8)}  ${name}`);
  }
} else {
  process.exitCode = await runAll(resolve(options.bootstrap));
}

async function runAll(bootstrap: string): Promise<number> {
  if (!(await isExecutable(bootstrap))) {
    process.stderr.write(`${bootstrap} is not an executable file: give one with --bootstrap\n`);
    return 2;
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const row of rows) {
    if (options.kind.some((kind) => row.handler[kind] !== undefined)) continue;
    const reason = `needs a runtime of ${Object.keys(row.handler).join(" or ")}s`;
    print(line(row.number, `${row.name}: not applicable, ${reason}`, "-"));
    counts.skipped += 1;
  }
  const runnable: Job[] = [];
  for (const job of jobsFor(rows, options.kind)) {
    const reason = whyNot(job);
    if (!reason) {
      runnable.push(job);
      continue;
    }
    print(line(job.row.number, `${job.title}: not applicable, ${reason}`, "-"));
    counts.skipped += 1;
  }
  await runJobs(runnable, bootstrap, ({ row, kind }, result, tookMs) => {
    const passed = result.problems.length === 0;
    counts[passed ? "passed" : "failed"] += 1;
    const time = `${Math.round(tookMs)} ms`;
    print(line(row.number, `${row.name} (${kind}, ${time})`, passed ? "pass" : "FAIL"));
    for (const text of failureLines(result)) print(`            ${text}`);
  });
  print(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 ? 0 : 1;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function line(number: number, text: string, verdict: string): string {
  return `${String(number).padStart(3)}  ${verdict.padEnd(4)}  ${text}`;
}

function failureLines({ problems, log }: CaseResult): string[] {
  if (problems.length === 0 || !options.verbose) return problems;
  const tail = log.trimEnd().split("\n").slice(-15);
  return [...problems, ...tail.map((text) => `| ${text.slice(0, 300)}`)];
}

function parseNumbers(text: string): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.some((number) => !cases.some((row) => row.number === number))) {
    throw new InvalidArgumentError("numbers of cases, as 1,12,60; --list names them.");
  }
  return numbers;
}

function parseKinds(text: string): Kind[] {
  const wanted = text.split(",");
  const unknown = wanted.find((kind) => !(kinds as readonly string[]).includes(kind));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`"${unknown}" is none of ${kinds.join(", ")}.`);
  }
  return kinds.filter((kind) => wanted.includes(kind));
}
