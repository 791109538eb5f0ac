// A soak: very many events through one host, while its memory, descriptors and processes are
// watched.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { growth } from "./flatness.ts";
import { type Observation, observe, processesWith } from "./process-table.ts";
import { type Row, rows } from "./rows.ts";
import { withRuntime } from "./run-row.ts";
import { findRuntime } from "./runtimes.ts";
import { soakService } from "./soak-service.ts";
import { type Server, startServer } from "./start-server.ts";
import { table } from "./table.ts";

const samples = 50;
// For a process for each event, at the slowest: 100 ms an event on a busy machine.
const patiencePerEventMs = 100;

/** Soaks the hosts of the given rows, one after the other; returns the exit code. */
export async function soak(names: string[], events: number, bootstrap: string): Promise<number> {
  const server = await startServer();
  let code = 0;
  try {
    for (const name of names) {
      const row = rows.find((candidate) => candidate.name === name && candidate.load);
      if (row === undefined) throw new Error(`There is no row ${name} to soak; see --help.`);
      const faults = await soakRow(row, events, bootstrap, server);
      process.stdout.write(`${row.name}: ${faults.length === 0 ? "flat" : faults.join("; ")}\n\n`);
      if (faults.length > 0) code = 1;
    }
  } finally {
    server.stop();
  }
  return code;
}

async function soakRow(row: Row, events: number, bootstrap: string, server: Server) {
  const command = findRuntime(row.runtime, bootstrap);
  if ("absent" in command) throw new Error(`${row.name}: ${command.absent}`);
  if (row.path !== undefined) return soakService(row, events, command);
  // The mark finds what a script left behind even if its parent is long gone.
  const mark = `BENCH_MARK=${randomUUID()}`;
  const marked = { ...row, settings: { ...row.settings, BENCH_MARK: mark.slice(11) } };
  const size = row.load?.size ?? 0;
  const batch = Math.ceil(events / samples);
  const observations: Observation[] = [];
  const startedAt = Date.now();
  await withRuntime(
    marked,
    command,
    server,
    async ({ pid }) => {
      for (let sent = 0; sent < events; sent += batch) {
        await server.serve({ events: Math.min(batch, events - sent), size, gapMs: 0 });
        observations.push(await observeAtRest(pid));
      }
    },
    60_000 + events * patiencePerEventMs,
  );
  print(row, events, observations, Date.now() - startedAt);
  const left = processesWith(mark).length;
  const faults = growth(observations);
  return left === 0 ? faults : [...faults, `${left} processes left after its end`];
}

// The host has polled, but a child of the last event may still be ending.
async function observeAtRest(id: number): Promise<Observation> {
  const first = observe(id);
  if (first.children === 0) return first;
  await sleep(50);
  return observe(id);
}

function print(row: Row, events: number, observations: Observation[], elapsedMs: number): void {
  const step = Math.max(1, Math.floor(observations.length / 10));
  const shown = observations
    .map((at, index) => ({ ...at, share: (index + 1) / observations.length }))
    .filter((_at, index) => (index + 1) % step === 0);
  const lines = shown.map((at) => [
    `${Math.round(at.share * events)}`,
    `${(at.memory / 1024 / 1024).toFixed(1)}`,
    ...[at.fds, at.children, at.zombies].map(String),
  ]);
  const seconds = (elapsedMs / 1000).toFixed(1);
  process.stdout.write(`${row.name}: ${row.what}, ${events} events in ${seconds} s\n`);
  const titles = ["events", "memory MB", "descriptors", "children", "zombies"];
  process.stdout.write(`${table([titles, ...lines])}\n`);
}
