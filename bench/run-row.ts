// One row in one round: a runtime is started, warmed, measured and ended.
import { type HttpClient, sendLoad } from "./http-client.ts";
import type { Load, Row } from "./rows.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import type { Command } from "./runtimes.ts";
import { withService } from "./service.ts";
import type { Served, Server } from "./start-server.ts";
import { percentile } from "./statistics.ts";
import { useRuntime } from "./use-runtime.ts";

/** What one round measured; times in microseconds, memory in bytes, `rate` in events per second. */
export type Sample = { p50: number; p99: number; rate: number; memory: number };

// No load of the table takes a tenth of this: a process that needs longer has stopped answering.
const patienceMs = 60_000;

/** Starts the row's runtime once and returns its cold start in microseconds. */
export async function coldStart(row: Row, command: Command, server: Server): Promise<number> {
  if (row.path !== undefined) {
    return withService(row, command, ({ open }) => firstAnswer(row, open()), patienceMs);
  }
  if (row.load === undefined) return startToExit(row, command, server);
  return withRuntime(row, command, server, async (_runtime, coldUs) => coldUs);
}

/** Runs the row's load once through one runtime. */
export async function runRow(
  row: Row,
  load: Load,
  command: Command,
  server: Server,
): Promise<Sample> {
  if (row.path !== undefined) {
    return withService(
      row,
      command,
      async ({ runtime, open }) => {
        const client = open();
        await sendLoad(client, { ...load, events: load.warmUp });
        const served = await sendLoad(client, load);
        return { ...sample(served), memory: runtime.peakMemory() };
      },
      patienceMs,
    );
  }
  return withRuntime(row, command, server, async (runtime) => {
    await server.serve({ ...load, events: load.warmUp });
    const served = await server.serve(load);
    return { ...sample(served), memory: runtime.peakMemory() };
  });
}

/** Starts a runtime, waits for its first poll, uses it, ends it; a failure carries its log. */
export async function withRuntime<Result>(
  row: Row,
  command: Command,
  server: Server,
  use: (runtime: Runtime, coldUs: number) => Promise<Result>,
  patience = patienceMs,
): Promise<Result> {
  const polled = server.firstPoll();
  const runtime = startRuntime(row, command, server.address);
  return useRuntime(runtime, patience, () =>
    polled.then((at) => use(runtime, Number(at - runtime.startedAt) / 1000)),
  );
}

async function startToExit(row: Row, command: Command, server: Server): Promise<number> {
  const runtime = startRuntime(row, command, server.address);
  await runtime.exited;
  const elapsedUs = Number(process.hrtime.bigint() - runtime.startedAt) / 1000;
  await runtime.stop();
  return elapsedUs;
}

// The environment starts with it.
async function firstAnswer(row: Row, client: HttpClient): Promise<number> {
  return (await client.send(0, row.load?.size ?? 0)) / 1000;
}

function sample({ latenciesNs, elapsedNs }: Served): Omit<Sample, "memory"> {
  return {
    p50: percentile(latenciesNs, 0.5) / 1000,
    p99: percentile(latenciesNs, 0.99) / 1000,
    rate: latenciesNs.length / (elapsedNs / 1e9),
  };
}
