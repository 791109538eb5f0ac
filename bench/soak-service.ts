// A soak of a service: calls at a steady rate over a few connections, while the memory of the
// service and of the environments it has started is watched separately.
import { setTimeout as sleep } from "node:timers/promises";
import { quarterGrowth } from "./flatness.ts";
import type { HttpClient } from "./http-client.ts";
import { type Observation, observe, observeTree } from "./process-table.ts";
import type { Row } from "./rows.ts";
import type { Command } from "./runtimes.ts";
import { withService } from "./service.ts";
import { table } from "./table.ts";

/** Calls per second, over all connections. */
const rate = 1500;
const connections = 4;
/** Samples of memory; two quarters of them are compared. */
const samples = 40;
/** A busy machine may stop everything for a moment: late calls are made up for. */
const sustained = 0.97;

/** The memory of a service and its environments at one moment, in bytes. */
type Moment = { sent: number; service: Observation; environments: Observation };

/** Soaks the service of one row; returns what grew or was too slow, each as a sentence. */
export async function soakService(row: Row, events: number, command: Command): Promise<string[]> {
  const patienceMs = 60_000 + (events / rate) * 10_000;
  return withService(
    row,
    command,
    async ({ runtime, open }) => {
      const clients = Array.from({ length: connections }, open);
      const size = row.load?.size ?? 0;
      const moments: Moment[] = [];
      // The environments start before the time does.
      await Promise.all(clients.map((client) => client.send(0, size)));
      const startedAt = performance.now();
      for (let sent = 0; sent < events; ) {
        const until = Math.min(events, sent + Math.ceil(events / samples));
        await Promise.all(
          clients.map((client, index) => pace(client, { sent, until, index, size, startedAt })),
        );
        sent = until;
        const service = observe(runtime.pid);
        moments.push({ sent, service, environments: observeTree(runtime.pid) });
      }
      const seconds = (performance.now() - startedAt) / 1000;
      print(row, events, moments, seconds);
      const reached = events / seconds;
      return [
        ...quarterGrowth(
          "the service",
          moments.map(({ service }) => service),
        ),
        ...quarterGrowth(
          "its environments",
          moments.map(({ environments }) => environments),
        ),
        ...(reached < rate * sustained
          ? [`${reached.toFixed(0)} calls per second of ${rate}`]
          : []),
      ];
    },
    patienceMs,
  );
}

type Pace = { sent: number; until: number; index: number; size: number; startedAt: number };

/** Sends every nth call of a stretch, each at its time, or at once when that has passed. */
async function pace(
  client: HttpClient,
  { sent, until, index, size, startedAt }: Pace,
): Promise<void> {
  for (let number = sent + index; number < until; number += connections) {
    const early = startedAt + (number / rate) * 1000 - performance.now();
    if (early >= 1) await sleep(early);
    await client.send(number, size);
  }
}

function print(row: Row, events: number, moments: readonly Moment[], seconds: number): void {
  const step = Math.max(1, Math.floor(moments.length / 10));
  const lines = moments
    .filter((_moment, index) => (index + 1) % step === 0)
    .map(({ sent, service, environments }) => [
      String(sent),
      megabytes(service.memory),
      megabytes(environments.memory),
      String(service.fds),
      String(service.children),
      String(service.zombies),
    ]);
  process.stdout.write(
    `${row.name}: ${row.what}, ${events} calls in ${seconds.toFixed(1)} s, ${(events / seconds).toFixed(0)} per second\n`,
  );
  const titles = ["calls", "service MB", "environments MB", "descriptors", "processes", "zombies"];
  process.stdout.write(`${table([titles, ...lines])}\n`);
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
