// A storm on one host of Managed Instances: good, failing, hanging, crashing, flooding and exiting events
// side by side, round after round. Each is told what it must be answered, and its own log lines.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { type Host, startHost } from "../../helpers/runtime-api.ts";
import { taskRoot } from "../bootstrap-process.ts";

export interface StormOptions {
  readonly handler: string;
  readonly files: Record<string, string>;
  readonly slots: number;
  readonly rounds: number;
  readonly env?: Record<string, string>;
  /** The kinds of event, each with its answer. */
  readonly kinds: Record<string, Kind>;
}

export interface Kind {
  /** `response` and its text, or `error` and its type. */
  readonly answer: (n: number) => readonly ["response" | "error", string | RegExp];
  /** How many log lines of its own an event has, its failure not counted. */
  readonly lines: number;
  /** From now; default 20 s. */
  readonly deadlineMs?: number;
}

/** What the host holds: descriptors, resident memory in MB, children. */
export interface Held {
  readonly descriptors: number;
  readonly megabytes: number;
  readonly processes: number;
}

/** Runs the storm; gives what the host held after each round, when nothing ran. */
export async function storm(options: StormOptions): Promise<Held[]> {
  const { handler, files, slots, rounds, env, kinds } = options;
  using folder = taskRoot(files);
  await using host = await startHost({
    handler,
    root: folder.root,
    env: { AWS_LAMBDA_MAX_CONCURRENCY: String(slots), ...env },
  });
  const names = Object.keys(kinds);
  const held: Held[] = [];
  let read = 0;
  for (let round = 0; round < rounds; round++) {
    const events = Array.from({ length: slots }, (_, at) => ({
      n: round * slots + at,
      kind: names[at % names.length] as string,
    }));
    const answers = await Promise.all(
      events.map(async ({ n, kind }) => {
        const { deadlineMs = 20_000 } = kinds[kind] as Kind;
        return host.invoke(JSON.stringify({ n, kind }), { deadlineMs: Date.now() + deadlineMs });
      }),
    );
    const log = host.log();
    const records = recordsIn(log.slice(read));
    read = log.length;
    for (const [at, { n, kind }] of events.entries()) {
      const answer = answers[at] as (typeof answers)[number];
      const { answer: expected, lines } = kinds[kind] as Kind;
      const [status, what] = expected(n);
      const text = answer.body.toString();
      assert.equal(answer.status, status, `${kind} ${n}: ${text.slice(0, 300)}`);
      const got = status === "response" ? text : (JSON.parse(text).errorType as string);
      if (typeof what === "string") assert.equal(got, what, `${kind} ${n}: ${text.slice(0, 300)}`);
      else assert.match(got, what, `${kind} ${n}`);
      const own = records.filter(({ requestId }) => requestId === answer.requestId);
      const said = own.filter(({ errorType }) => errorType === undefined);
      assert.equal(said.length, lines, `${kind} ${n}: ${JSON.stringify(said).slice(0, 500)}`);
      for (const { message } of said) assert.match(message, new RegExp(`^${kind} ${n}[ :]`));
    }
    held.push(await whenQuiet(host));
  }
  return held;
}

interface Line {
  readonly requestId?: string;
  readonly errorType?: string;
  readonly message: string;
}

function recordsIn(log: string): Line[] {
  return log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** What prepares itself for the next events is up when two looks are the same. */
async function whenQuiet({ pid }: Host): Promise<Held> {
  for (let before = heldBy(pid); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const now = heldBy(pid);
    if (now.descriptors === before.descriptors && now.processes === before.processes) return now;
    before = now;
  }
}

function heldBy(pid: number): Held {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    megabytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
    processes: children === "" ? 0 : children.split(" ").length,
  };
}

/** What was held after the first rounds, in which all slots were filled, and at the end. */
export function assertFlat(held: readonly Held[], warmUp: number): void {
  const early = held[warmUp - 1] as Held;
  const last = held.at(-1) as Held;
  const trace = JSON.stringify(held);
  assert.ok(last.descriptors <= early.descriptors + 8, trace);
  assert.ok(last.processes <= early.processes + 1, trace);
  assert.ok(last.megabytes <= early.megabytes * 1.25 + 10, trace);
}
