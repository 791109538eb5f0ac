// Managed Instances: events per second and memory with 1, 4, 16 and 64 slots, for `main`, a function and a
// script by `spawn`, with AWS's client beside them: npm run bench:many -- --rounds N --seconds S
import { parseArgs } from "node:util";
import { readProcessFile, statFields } from "../host/process/proc.ts";
import { conditions } from "./conditions.ts";
import { startManyServer } from "./many-server.ts";
import { observe, observeTree } from "./process-table.ts";
import type { Row } from "./rows.ts";
import { startRuntime } from "./runtime.ts";
import { bundledBootstrap, findRuntime } from "./runtimes.ts";
import { type Spread, spread } from "./statistics.ts";
import { table } from "./table.ts";
import { useRuntime } from "./use-runtime.ts";

const programs: readonly Row[] = [
  { name: "main", what: "main", runtime: "host", handler: "echo-main.mjs" },
  { name: "function", what: "function", runtime: "host", handler: "echo-function.handler" },
  {
    name: "ric",
    what: "aws-lambda-ric 4.0.2, function",
    runtime: "aws-lambda-ric",
    handler: "echo-function.handler",
  },
  {
    name: "cat",
    what: "spawn of cat",
    runtime: "host",
    handler: "cmd:cat",
    settings: { STDLAMBDA_MODE: "spawn" },
  },
];

/** Undefined: without AWS_LAMBDA_MAX_CONCURRENCY, as elsewhere on Lambda. */
const slotCounts = [undefined, 1, 4, 16, 64];

/** All slots and all threads are filled by then. */
const warmUpMs = 2500;

interface Figures {
  readonly rate: number;
  /** Microseconds for an event, of all threads and of the children that have ended. */
  readonly cpu: number;
  /** Bytes, resident: of the host, and of all it has started at that moment. */
  readonly memory: number;
}

async function measure(row: Row, slots: number | undefined, seconds: number): Promise<Figures> {
  const found = findRuntime(row.runtime, bundledBootstrap);
  if ("absent" in found) throw new Error(`${row.what}: ${found.absent}`);
  await using server = await startManyServer();
  const concurrency = slots === undefined ? {} : { AWS_LAMBDA_MAX_CONCURRENCY: String(slots) };
  const settings = { ...row.settings, ...concurrency };
  const runtime = startRuntime({ ...row, settings }, found, server.address);
  return await useRuntime(runtime, warmUpMs + seconds * 1000 + 20_000, async () => {
    await server.measure(warmUpMs);
    const [started, before] = [performance.now(), cpuOf(runtime.pid)];
    const rate = await server.measure(seconds * 1000);
    const events = (rate * (performance.now() - started)) / 1000;
    const cpu = (cpuOf(runtime.pid) - before) / events;
    const memory = observe(runtime.pid).memory + observeTree(runtime.pid).memory;
    return { rate, cpu, memory };
  });
}

/** In microseconds: utime, stime, cutime and cstime of proc(5), in ticks of a hundredth of a second. */
function cpuOf(pid: number): number {
  const times = statFields(readProcessFile(pid, "stat")).slice(11, 15);
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) * 10_000;
}

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, seconds: { type: "string", default: "3" } },
});
const all = new Map<string, Record<keyof Figures, number[]>>();
const labelOf = (slots: number | undefined) => (slots === undefined ? "classic" : String(slots));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const row of programs) {
    for (const slots of slotCounts) {
      const key = `${row.what}\n${labelOf(slots)}`;
      const figures = await measure(row, slots, Number(values.seconds));
      const kept = all.get(key) ?? { rate: [], cpu: [], memory: [] };
      kept.rate.push(figures.rate);
      kept.cpu.push(figures.cpu);
      kept.memory.push(figures.memory / 2 ** 20);
      all.set(key, kept);
    }
  }
}
const shown = ({ median, min, max }: Spread) =>
  `${Math.round(median)} (${Math.round(min)}-${Math.round(max)})`;
const lines = [...all].map(([key, { rate, cpu, memory }]) => [
  ...key.split("\n"),
  shown(spread(rate) as Spread),
  shown(spread(cpu) as Spread),
  shown(spread(memory) as Spread),
]);
console.log(conditions(undefined).replace("NOT pinned (taskset is missing)", "all CPUs"));
console.log(table([["runtime", "slots", "events/s", "CPU us/event", "memory MB"], ...lines]));
