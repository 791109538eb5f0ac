// How a handler ended, and what the caller is told of it.
import { ok } from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ContractCase, Run, Sent } from "../case.ts";
import { bodyOf } from "../fake/recorded-request.ts";
import type { TurnRecord } from "../fake/runtime-api.ts";

const outcome = (expect: Sent["expect"]): Sent[] => [{ expect }, { expect }];

export const outcomeCases: ContractCase[] = [
  {
    number: 11,
    name: "a non-zero exit is a function error that names the status and the last line of stderr",
    handler: { script: "exit-3.sh" },
    turns: outcome({
      error: { type: /^Function\.Exit3$/, message: /^the disk is full: é$/, header: /^Function\./ },
    }),
  },
  {
    number: 11,
    name: "a non-zero exit without a word says its status",
    handler: { script: "exit-quietly.sh" },
    turns: outcome({ error: { type: /^Function\.Exit42$/, message: /^exit status 42$/ } }),
  },
  {
    number: 11,
    name: "an exception is a function error of its name",
    handler: { function: "index.throws" },
    turns: outcome({
      error: { type: /^TypeError$/, message: /^the disk is full: é$/, header: "any" },
    }),
  },
  {
    number: 11,
    name: "an exception is reported with an error type header",
    handler: { function: "index.throws" },
    turns: outcome({ error: { header: /^Function\.[A-Z]/ } }),
  },
  {
    number: 11,
    name: "an error on the last line of stderr, as JSON, is the function's error",
    handler: { script: "reports-itself.sh" },
    turns: outcome({ error: { type: /^OutOfStock$/, message: /^no more apples$/ } }),
  },
  ...[
    { script: "uncaught.mjs", type: /^TypeError$/, tools: [] },
    { script: "uncaught.py", type: /^ValueError$/, tools: ["python3"] },
  ].map(({ script, type, tools }): ContractCase => {
    return {
      number: 11,
      name: `an uncaught exception of a script is the function's error: ${script}`,
      handler: { script },
      tools,
      turns: [{ expect: { error: { type, message: /^no apple is a pear$/ } }, check: hasStack }],
    };
  }),
  {
    number: 12,
    name: "stderr and exit 0 is a response, stderr goes to the log",
    handler: { script: "warns.sh", function: "index.warns" },
    turns: [{ event: '{"a":1}', expect: { response: '{"a":1}' } }],
    check(run) {
      ok(run.log().includes("this is a warning"), "the log lacks what was written to stderr");
    },
  },
  {
    number: 13,
    name: "what was printed before a failure is not sent as a response",
    handler: { script: "half-then-fails.sh" },
    turns: outcome({ error: { type: /^Function\.Exit1$/, message: /^no second half$/ } }),
    check(run) {
      ok(run.log().includes("the first half"), "the log lacks the partial stdout");
    },
  },
  {
    number: 14,
    name: "a signal is a function error that names it",
    handler: { script: "kills-itself.sh" },
    turns: ["SIGKILL", "SIGSEGV", "SIGTERM"].map((signal) => ({
      event: { signal },
      expect: { error: { type: new RegExp(`^Function\\.${signal}$`), message: /./ } },
    })),
  },
  {
    number: 19,
    name: "a script deleted between two events fails one event",
    handler: { script: "echo.sh" },
    turns: [
      { event: "{}", expect: { response: "{}" } },
      {
        before: ({ root }) => rm(join(root, "echo.sh")),
        expect: { error: { type: /^(Function|Runtime)\./ } },
      },
    ],
    async idle({ root }) {
      const copy = await readFile(join(import.meta.dirname, "../handlers/echo.sh"));
      await writeFile(join(root, "echo.sh"), copy, { mode: 0o755 });
    },
  },
  {
    number: 25,
    name: "a script that hangs is ended with all its processes in time to say so",
    handler: { script: "hangs.sh" },
    alone: true,
    linux: true,
    turns: [timesOut("be patient"), timesOut("be stubborn")],
    idle: nothingSleeps,
  },
  {
    number: 64,
    name: "a process left behind does not delay the answer and does not outlive it",
    handler: { script: "leaves-a-child.sh" },
    alone: true,
    linux: true,
    turns: [{ expect: { response: '"answered"' }, check: answeredWithin(1500) }],
    idle: nothingSleeps,
  },
  {
    number: 64,
    name: "a process that left the script's session does not delay the answer",
    handler: { script: "leaves-a-daemon.sh" },
    alone: true,
    tools: ["setsid"],
    turns: [{ expect: { response: '"answered"' }, check: answeredWithin(1500) }],
  },
  {
    number: 65,
    name: "an error's body and headers stay within the platform's limits",
    handler: { script: "many-lines.sh", function: "index.throwsLongMessage" },
    turns: [{ expect: { error: { header: "any" } } }],
  },
  {
    number: 66,
    name: "a rejection that nobody awaits fails its event and ends the runtime",
    handler: { function: "index.rejectsUnheard" },
    turns: [{ expect: { anyOf: [{ error: { header: "any" } }, { nothing: true }] } }],
    exit: { code: "not zero", withinMs: 2000 },
  },
  {
    number: 66,
    name: "a rejection that nobody awaits is reported before the runtime ends",
    handler: { function: "index.rejectsUnheard" },
    turns: [{ expect: { error: { type: /RangeError|UnhandledPromiseRejection/ } } }],
    exit: { code: "not zero", withinMs: 2000 },
  },
];

function timesOut(event: string): Sent {
  return {
    event,
    deadlineInMs: 1500,
    expect: { error: { type: /^Function\.Timeout$/, message: /./ } },
    check(turn) {
      const tookMs = (turn.posts[0]?.endedAtMs ?? 0) - (turn.deliveredAtMs ?? 0);
      ok(tookMs < 1500, `the timeout was posted ${Math.round(tookMs)} ms after the event`);
      ok(tookMs > 500, `it was given up ${Math.round(tookMs)} ms after the event`);
    },
  };
}

function hasStack({ posts }: TurnRecord): void {
  const { stackTrace } = JSON.parse(posts[0] ? bodyOf(posts[0]).toString() : "{}");
  ok(Array.isArray(stackTrace) && stackTrace.length > 0, `stackTrace is ${stackTrace}`);
  ok(
    stackTrace.every((line: unknown) => typeof line === "string"),
    "a line of stackTrace is no string",
  );
}

/** A killed process may be seen for a moment longer. */
async function nothingSleeps(run: Run): Promise<void> {
  await delay(100);
  const left = run.processes().filter(({ command }) => /sleep 47|hangs\.sh/.test(command));
  ok(left.length === 0, `still running: ${left.map(({ command }) => command).join("; ")}`);
}

function answeredWithin(limitMs: number): NonNullable<Sent["check"]> {
  return ({ posts, deliveredAtMs = 0 }) => {
    const tookMs = (posts[0]?.arrivedAtMs ?? Number.POSITIVE_INFINITY) - deliveredAtMs;
    ok(tookMs < limitMs, `answered after ${Math.round(tookMs)} ms`);
  };
}
