// A service of the bench, the floor or `stdlambda dev`: a program that prints its address on
// stdout.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { onAllCpus } from "./pin.ts";
import type { Row } from "./rows.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { type Command, taskRoot } from "./runtimes.ts";
import { useRuntime } from "./use-runtime.ts";

type Service = { runtime: Runtime; open: () => HttpClient };

/** Starts a row's service, uses it on all CPUs, ends it; a failure carries its log. */
export function withService<Result>(
  ...parameters: Parameters<typeof serveRow<Result>>
): Promise<Result> {
  return onAllCpus(() => serveRow(...parameters));
}

async function serveRow<Result>(
  row: Row,
  command: Command,
  use: (service: Service) => Promise<Result>,
  patienceMs: number,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "stdlambda-bench-"));
  if (row.handler !== undefined) {
    copyFileSync(join(taskRoot, row.handler), join(folder, row.handler));
  }
  const parameters = row.runtime === "dev" ? [...command.parameters, folder] : command.parameters;
  const runtime = startRuntime(row, { ...command, parameters }, undefined);
  try {
    return await useRuntime(runtime, patienceMs, async (over) => {
      const address = await addressOf(runtime, over);
      return use({
        runtime,
        open() {
          const client = createHttpClient(`${address}${row.path}`);
          over.addEventListener("abort", () => client.close(), { once: true });
          return client;
        },
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addressOf(runtime: Runtime, signal: AbortSignal): Promise<string> {
  for (;;) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(runtime.logTail()) ?? [];
    if (address !== undefined) return address;
    await sleep(2, undefined, { signal });
  }
}
