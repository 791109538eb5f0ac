// Which cases are run for which kind of runtime, and how many at a time.
import { missingTool } from "../helpers/missing-tool.ts";
import type { ContractCase, Kind } from "./case.ts";
import { type CaseResult, runCase } from "./run-case.ts";

export interface Job {
  row: ContractCase;
  kind: Kind;
  /** Unique: the number, the name and the kind. */
  title: string;
}

export const kinds = ["script", "function"] as const satisfies Kind[];

/** One job for each row and each kind the row applies to. */
export function jobsFor(rows: readonly ContractCase[], wanted: readonly Kind[] = kinds): Job[] {
  return rows.flatMap((row) =>
    wanted
      .filter((kind) => row.handler[kind] !== undefined)
      .map((kind) => ({ row, kind, title: `${row.number} ${row.name} (${kind})` })),
  );
}

/** Why this machine cannot run a case. Throws where CI is `true` and a program is missing. */
export function whyNot({ row }: Job): string | false {
  if (row.linux && process.platform !== "linux") return "it reads /proc, which needs Linux";
  return missingTool(row.tools);
}

/** Two at a time, then one by one those that measure; `done` is called as each ends. */
export async function runJobs(
  jobs: Job[],
  bootstrap: string,
  done: (job: Job, result: CaseResult, tookMs: number) => void,
): Promise<void> {
  const run = async (job: Job) => {
    const start = performance.now();
    const result = await runCase(job.row, job.kind, bootstrap);
    done(job, result, performance.now() - start);
  };
  const together = jobs.filter(({ row }) => !row.alone);
  const lane = async () => {
    for (let job = together.shift(); job; job = together.shift()) await run(job);
  };
  await Promise.all([lane(), lane()]);
  for (const job of jobs) if (job.row.alone) await run(job);
}
