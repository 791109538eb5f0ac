// Runs one row of the table against one bootstrap and tells what was wrong.
import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { startBootstrap } from "./bootstrap-process.ts";
import type { ContractCase, Kind, Run } from "./case.ts";
import { startFakeRuntimeApi, type TurnRecord } from "./fake/runtime-api.ts";
import { exitOf, judgeRun, type Progress } from "./judge-run.ts";
import { type Hooks, makePlainEcho, makeTurn } from "./make-turn.ts";

const handlers = join(import.meta.dirname, "handlers");
const defaultLimitMs = 10_000;

export interface CaseResult {
  /** Sentences; none when the case is passed. */
  problems: string[];
  log: string;
}

/** Rejects only when the kit itself is at fault, or the bootstrap cannot be executed. */
export async function runCase(
  row: ContractCase,
  kind: Kind,
  bootstrap: string,
): Promise<CaseResult> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "conformance-")));
  try {
    await cp(handlers, root, { recursive: true });
    await row.prepare?.(root);
    return await runIn(root, row, kind, bootstrap);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function runIn(
  root: string,
  row: ContractCase,
  kind: Kind,
  bootstrap: string,
): Promise<CaseResult> {
  const problems: string[] = [];
  const works: Promise<void>[] = [];
  const logAtPost = new Map<TurnRecord, string>();
  let run: Run;
  const attempt = async (work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  };
  const hooks: Hooks = {
    before: (work) => attempt(() => work(run)),
    during: (work) => void works.push(attempt(() => work(run))),
  };

  await using api = await startFakeRuntimeApi({
    turns: (row.turns ?? []).map((sent) => makeTurn(sent, hooks)),
    initErrorReplies: row.initError?.replies ?? [],
    async onPost(turn) {
      // The log comes by other pipes, which may be read after the post that it was written before.
      for (let turns = 0; turns < 4; turns += 1) await nextTurn();
      logAtPost.set(turn, run.log());
    },
  });
  if (row.down) await api[Symbol.asyncDispose]();
  await using started = await startBootstrap({
    bootstrap,
    root,
    handler: row.handler[kind] ?? "",
    address: api.address,
    env: row.env ?? {},
    telemetry: row.telemetry ?? false,
  });
  run = {
    ...started,
    kind,
    api,
    root,
    logAtPost,
    signalledAtMs: undefined,
    signal(name) {
      run.signalledAtMs = performance.now();
      process.kill(started.pid, name);
    },
  };

  const ended = await play(row, run, attempt);
  await Promise.all(works);
  // What the runtime wrote last may still be in its pipes.
  if (ended === "exit") await delay(20);
  problems.push(...(await judgeRun(row, run, ended)));
  await attempt(() => row.check?.(run));
  return { problems, log: run.log() };
}

/** Lets the events go by, then the plain echo; tells what it came to. */
async function play(
  row: ContractCase,
  run: Run,
  attempt: (work: () => unknown) => Promise<void>,
): Promise<Progress> {
  const limitMs = row.limitMs ?? defaultLimitMs;
  const limit = delay(limitMs, "limit" as const, { ref: false });
  const exit = run.exited.then(() => "exit" as const);
  const idle = () => run.api.idle().then(() => "idle" as const);

  const events = await Promise.race([idle(), exit, limit]);
  if (events !== "idle") return events;
  if (row.idle) await attempt(() => row.idle?.(run));
  if (exitOf(row)) return row.idle ? Promise.race([exit, limit]) : "idle";
  run.api.push(makePlainEcho());
  return Promise.race([idle(), exit, limit]);
}
