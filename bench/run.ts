// A whole run: every row in every round, interleaved, so that changes of the machine affect all
// rows alike.
import type { Load, Row } from "./rows.ts";
import { coldStart, runRow } from "./run-row.ts";
import { type Absence, type Command, findRuntime } from "./runtimes.ts";
import { type Server, startServer } from "./start-server.ts";
import { median } from "./statistics.ts";

/** A row's measurements, one per round: times in microseconds, memory in bytes. */
export type RowResult = {
  row: Row;
  cold: number[];
  p50: number[];
  p99: number[];
  rate: number[];
  memory: number[];
  /** Why there is no measurement: the runtime is not installed, or it failed. */
  absent?: string;
  failed?: string;
};

export type RunOptions = {
  rows: readonly Row[];
  rounds: number;
  /** Cold starts of each row in a round. */
  colds: number;
  /** Share of each row's events that is run; 1 but for a smoke run. */
  share: number;
  bootstrap: string;
  progress: (text: string) => void;
};

type Lane = { result: RowResult; command: Command | Absence };

/** Runs all rounds; a row that fails is left out from then on and says why. */
export async function run(options: RunOptions): Promise<RowResult[]> {
  const server = await startServer();
  const lanes = options.rows.map((row) => openLane(row, options.bootstrap));
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      const title = `round ${round} of ${options.rounds}`;
      await coldStarts(lanes, server, options, title);
      await loads(lanes, server, options, title);
    }
  } finally {
    options.progress("");
    server.stop();
  }
  return lanes.map((lane) => lane.result);
}

async function coldStarts(lanes: Lane[], server: Server, options: RunOptions, title: string) {
  const times = new Map<RowResult, number[]>(lanes.map(({ result }) => [result, []]));
  for (let start = 0; start < options.colds; start += 1) {
    options.progress(`${title}: cold starts`);
    for (const lane of lanes) {
      await attempt(lane, async (result, command) => {
        times.get(result)?.push(await coldStart(result.row, command, server));
      });
    }
  }
  for (const [result, starts] of times) if (starts.length > 0) result.cold.push(median(starts));
}

async function loads(lanes: Lane[], server: Server, options: RunOptions, title: string) {
  for (const lane of lanes) {
    await attempt(lane, async (result, command) => {
      const { row } = result;
      if (row.load === undefined) return;
      options.progress(`${title}: ${row.name}`);
      const sample = await runRow(row, shorten(row.load, options.share), command, server);
      for (const key of ["p50", "p99", "rate", "memory"] as const) result[key].push(sample[key]);
    });
  }
}

function openLane(row: Row, bootstrap: string): Lane {
  const command = findRuntime(row.runtime, bootstrap);
  const result: RowResult = { row, cold: [], p50: [], p99: [], rate: [], memory: [] };
  if ("absent" in command) result.absent = command.absent;
  return { result, command };
}

async function attempt(
  { result, command }: Lane,
  work: (result: RowResult, command: Command) => Promise<void>,
): Promise<void> {
  if ("absent" in command || result.failed !== undefined) return;
  try {
    await work(result, command);
  } catch (error) {
    result.failed = error instanceof Error ? error.message : String(error);
  }
}

function shorten(load: Load, share: number): Load {
  const part = (count: number) => Math.max(2, Math.round(count * share));
  return { ...load, events: part(load.events), warmUp: part(load.warmUp) };
}
