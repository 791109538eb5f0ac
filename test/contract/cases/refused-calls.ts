// A Runtime API that refuses: every status on every call, resets, an API that is down.
import { equal, ok } from "node:assert/strict";
import type { ContractCase, Kind, Sent } from "../case.ts";
import { bodyOf } from "../fake/recorded-request.ts";
import type { Reply } from "../fake/turn.ts";

const echo: Record<Kind, string> = { script: "counted-echo.sh", function: "index.counted" };
const failure: Record<Kind, string> = {
  script: "counted-failure.sh",
  function: "index.countedFailure",
};
const invalidId: Reply = { status: 400, errorType: "InvalidRequestID" };
const invalidState: Reply = { status: 403, errorType: "InvalidStateTransition" };
const tooLarge: Reply = { status: 413, errorType: "RequestEntityTooLarge" };
const internal: Reply = { status: 500, errorType: "InternalServerError" };
const promptly = { code: "not zero", withinMs: 1500 } as const;
/** Long enough for a few retries with pauses between them. */
const eventually = { code: "not zero", withinMs: 20_000 } as const;

const refusedOnce = (reply: Reply): Sent[] => [
  { event: "{}", posts: [reply], expect: { response: "{}" }, check: ranOnce },
];
const refusedError = (reply: Reply): Sent[] => [
  { event: "{}", posts: [reply], expect: { error: { header: "any" } }, check: ranOnce },
];

export const refusedCallCases: ContractCase[] = [
  {
    number: 33,
    name: "next answered 500 ends the runtime",
    handler: echo,
    turns: [{ poll: internal }],
    polls: { atMost: 1 },
    exit: promptly,
  },
  {
    number: 33,
    name: "next answered 500 after good events ends the runtime",
    handler: echo,
    turns: [{ event: "{}", expect: { response: "{}" } }, { poll: internal }],
    polls: { atMost: 2 },
    exit: promptly,
  },
  {
    number: 34,
    name: "next answered 403 ends the runtime without a loop",
    handler: echo,
    turns: Array.from({ length: 6 }, () => ({ poll: invalidState })),
    polls: { atMost: 5 },
    exit: eventually,
  },
  ...(["reset", "end", "half a head"] as const).map((fault): ContractCase => {
    return {
      number: 35,
      name: `polls that all fail are given up after a few spaced tries: ${fault}`,
      handler: echo,
      turns: Array.from({ length: 30 }, () => ({ poll: fault })),
      polls: { atMost: 12 },
      exit: eventually,
      limitMs: 30_000,
      check: ({ log }) => equal(runsIn(log()), 0),
    };
  }),
  {
    number: 35,
    name: "an API that goes down is given up",
    handler: echo,
    turns: [{ event: "{}", expect: { response: "{}" } }, { poll: "down" }],
    exit: eventually,
    limitMs: 30_000,
    check: ({ log }) => equal(runsIn(log()), 1),
  },
  {
    number: 35,
    name: "an API that is down from the start is given up",
    handler: echo,
    down: true,
    exit: eventually,
    limitMs: 30_000,
  },
  {
    number: 35,
    name: "a poll that is reset once is tried again and its event served",
    handler: echo,
    turns: [{ poll: "reset" }, { event: "{}", expect: { response: "{}" } }],
    polls: { atMost: 5 },
  },
  {
    number: 37,
    name: "a response answered 400 is not run again nor reported: next",
    handler: echo,
    turns: refusedOnce(invalidId),
  },
  {
    number: 37,
    name: "a response answered 403 is not run again nor reported: exit",
    handler: echo,
    turns: refusedOnce(invalidState),
    polls: { atMost: 1 },
    exit: promptly,
  },
  {
    number: 38,
    name: "a response answered 413 is not reported: next",
    handler: echo,
    turns: refusedOnce(tooLarge),
  },
  {
    number: 39,
    name: "a response answered 500 ends the runtime",
    handler: echo,
    turns: refusedOnce(internal),
    polls: { atMost: 1 },
    exit: promptly,
  },
  {
    number: 70,
    name: "an error answered 400 is not run again: next",
    handler: failure,
    turns: refusedError(invalidId),
  },
  {
    number: 70,
    name: "an error answered 403 ends the runtime",
    handler: failure,
    turns: refusedError(invalidState),
    polls: { atMost: 1 },
    exit: promptly,
  },
  {
    number: 70,
    name: "an error answered 500 ends the runtime",
    handler: failure,
    turns: refusedError(internal),
    polls: { atMost: 1 },
    exit: promptly,
  },
  {
    number: 70,
    name: "an error answered 413 may be posted once more, smaller, and is never run again",
    handler: failure,
    turns: [
      {
        event: "{}",
        posts: [tooLarge],
        postCount: { atMost: 2 },
        // A second post meets an invocation that the platform has closed.
        expect: { error: { header: "any" } },
        check: ranOnce,
      },
    ],
    allowed: ["second answer"],
  },
  {
    number: 71,
    name: "a post on a kept connection that has died is sent again, and the handler not run again",
    handler: echo,
    turns: [
      { event: '{"n":1}', expect: { response: '{"n":1}' } },
      { event: '{"n":2}', delivery: { thenReset: true }, expect: { response: '{"n":2}' } },
    ],
    check: ({ log }) => equal(runsIn(log()), 2),
  },
  ...(["reset", "reset at head", "end"] as const).map((fault): ContractCase => {
    return {
      number: 71,
      name: `a post whose connection fails is sent once more on a fresh one: ${fault}`,
      handler: echo,
      turns: [
        {
          event: "{}",
          posts: [fault, { status: 202 }],
          expect: { response: "{}" },
          check(turn, run) {
            ranOnce(turn, run);
            const [first, second] = turn.posts;
            ok(first?.connection !== second?.connection, "sent again on the same connection");
          },
        },
      ],
    };
  }),
  {
    number: 71,
    name: "a post that fails again is given up: no third post, no second run",
    handler: echo,
    turns: [
      {
        event: "{}",
        posts: ["reset", "reset", "reset"],
        postCount: { atMost: 2 },
        expect: { response: "{}" },
        check: ranOnce,
      },
    ],
    exit: promptly,
  },
  {
    number: 71,
    name: "an error whose connection fails is sent once more on a fresh one",
    handler: failure,
    turns: [
      {
        event: "{}",
        posts: ["reset", { status: 202 }],
        expect: { error: { header: "any" } },
        check: ranOnce,
      },
    ],
  },
  {
    number: 71,
    name: "a post that fails once is sent again with the same bytes, large ones too",
    handler: { script: "prints-many.sh" },
    turns: [
      {
        event: "bytes:3000000",
        posts: ["reset", { status: 202 }],
        expect: { response: () => Buffer.alloc(3_000_000) },
        check({ posts }) {
          const bodies = posts.map((post) => bodyOf(post).length);
          equal(String(bodies), "3000000,3000000");
        },
      },
    ],
  },
];

function runsIn(log: string): number {
  return log.split("one run").length - 1;
}

function ranOnce(_: unknown, { log }: { log(): string }): void {
  equal(runsIn(log()), 1, `the handler ran ${runsIn(log())} times`);
}
