// Idle time and the end: a poll is never given up, and SIGTERM is heeded.
import { ok } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { ContractCase, Run } from "../case.ts";

/** 310 s are more than any default timeout of an HTTP client; `CONFORMANCE_IDLE_MS=310000`. */
const idleMs = Number(process.env.CONFORMANCE_IDLE_MS ?? 3000);

const atOnce = { code: "any", withinMs: 500 } as const;

export const lifecycleCases: ContractCase[] = [
  {
    number: 28,
    name: `one poll waits ${idleMs / 1000} s for its event`,
    handler: { script: "echo.sh", function: "index.echo" },
    limitMs: idleMs + 15_000,
    turns: [
      { event: '{"n":1}', expect: { response: '{"n":1}' } },
      { event: '{"n":2}', holdMs: idleMs, expect: { response: '{"n":2}' } },
    ],
    // Two events, and the poll that is pending when they are answered, which gets the echo.
    polls: { atMost: 4 },
  },
  {
    number: 47,
    name: "SIGTERM while idle ends the runtime within 500 ms",
    handler: { script: "echo.sh", function: "index.echo" },
    alone: true,
    turns: [{ event: "{}", expect: { response: "{}" } }],
    idle: ({ signal }) => signal("SIGTERM"),
    exit: atOnce,
  },
  {
    number: 47,
    name: "SIGTERM while a script runs ends it, its children and the runtime within 500 ms",
    handler: { script: "hangs.sh" },
    alone: true,
    linux: true,
    turns: [
      {
        event: "be patient",
        expect: { anyOf: [{ nothing: true }, { error: { header: "any" } }] },
        during: (run) => terminateWhen(run, "hanging"),
      },
    ],
    exit: atOnce,
    check: nothingSleeps,
  },
  {
    number: 47,
    name: "SIGTERM ends a script that ignores it, and the runtime, within 500 ms",
    handler: { script: "hangs.sh" },
    alone: true,
    linux: true,
    turns: [
      {
        event: "be stubborn",
        expect: { anyOf: [{ nothing: true }, { error: { header: "any" } }] },
        during: (run) => terminateWhen(run, "hanging"),
      },
    ],
    exit: atOnce,
    check: nothingSleeps,
  },
  {
    number: 47,
    name: "SIGTERM while a function runs ends the runtime within 500 ms",
    handler: { function: "index.sleeps" },
    alone: true,
    turns: [
      {
        expect: { anyOf: [{ nothing: true }, { error: { header: "any" } }] },
        during: (run) => terminateWhen(run, "sleeping"),
      },
    ],
    exit: atOnce,
  },
];

async function terminateWhen(run: Run, said: string): Promise<void> {
  for (let tries = 0; !run.log().includes(said); tries += 1) {
    ok(tries < 200, `the log never said "${said}"`);
    await delay(25);
  }
  run.signal("SIGTERM");
}

async function nothingSleeps(run: Run): Promise<void> {
  await delay(100);
  const left = run.processes().filter(({ command }) => /sleep 47|hangs\.sh/.test(command));
  ok(left.length === 0, `still running: ${left.map(({ command }) => command).join("; ")}`);
}
