// What a row of the table of cases can say.
import type { FakeRuntimeApi, TurnRecord } from "./fake/runtime-api.ts";
import type { Delivery, Fault, Reply } from "./fake/turn.ts";
import type { ViolationName } from "./fake/violations.ts";

/** `script`: any file is a handler, as in stdlambda. `function`: `index.handler`, as in Node's. */
export type Kind = "script" | "function";

/** A string or object is sent or compared as UTF-8, an object as compact JSON. */
export type Content = string | object | Buffer | (() => Buffer);

/** One event of a case, how the Runtime API behaves around it, and what must come back. */
export interface Sent {
  event?: Content;
  /** Laid over the usual headers; `undefined` leaves one out, a list repeats it. */
  headers?: Record<string, string | string[] | undefined>;
  /** The request id; default a UUID. */
  requestId?: string;
  /** From now, in milliseconds; default a minute. Negative: it has passed. */
  deadlineInMs?: number;
  /** How long the poll is held, in milliseconds. */
  holdMs?: number;
  delivery?: Delivery;
  /** What the posts are answered; default 202. */
  posts?: (Reply | Fault)[];
  postDelivery?: Delivery;
  expect: Expected;
  /** How often something is posted for this event; default exactly once. */
  postCount?: { atLeast?: number; atMost: number };
  /** Awaited before the event is sent. */
  before?(run: Run): void | Promise<void>;
  /** Runs while the event is being handled; a rejection fails the case. */
  during?(run: Run): Promise<void>;
  /** Throws on what the expectation cannot say. */
  check?(turn: TurnRecord, run: Run): void | Promise<void>;
}

/** A poll that gets no event. */
export interface Refused {
  poll: Reply | Fault;
}

export interface ErrorExpected {
  /** `errorType` of the body. */
  type?: RegExp;
  /** `errorMessage` of the body. */
  message?: RegExp;
  /** `Lambda-Runtime-Function-Error-Type`; default: it has to be there. */
  header?: RegExp | "any";
}

export type Expected =
  | { response: Content | RegExp }
  | { stream: Content | RegExp; contentType?: string; error?: ErrorExpected }
  | { error: ErrorExpected }
  | { anyOf: Expected[] }
  /** Nothing is posted: the runtime or the platform ended it. */
  | { nothing: true };

/** How the case ends; default: idle, then a plain echo in the same process. */
export interface ExitExpected {
  code: "not zero" | "any";
  /** Since the last answer of the Runtime API, or since the start without one. */
  withinMs: number;
}

export interface ContractCase {
  /** As in the table of runtime-api.md; our own begin at 60. */
  number: number;
  name: string;
  /** The handler setting for each kind of runtime the case applies to. */
  handler: Partial<Record<Kind, string>>;
  env?: Record<string, string>;
  turns?: (Sent | Refused)[];
  /** The handler cannot be loaded: init/error, no poll. `replies`: what the posts get. */
  initError?: ErrorExpected & { replies?: (Reply | Fault)[]; postCount?: { atMost: number } };
  exit?: ExitExpected;
  /** Polls in all, a refused one too. */
  polls?: { atMost: number };
  /** Breaches that this case provokes. */
  allowed?: ViolationName[];
  /** Measures time or memory, so nothing else may run beside it. */
  alone?: boolean;
  /** Reads /proc, which only Linux has. */
  linux?: boolean;
  /** Programs the handler needs. */
  tools?: string[];
  /** Until the case has to have ended; default 10 seconds. */
  limitMs?: number;
  /** Nothing listens at the address the runtime is given. */
  down?: boolean;
  /** Gives the runtime a telemetry descriptor; what it writes is `run.telemetry()`. */
  telemetry?: boolean;
  /** Makes files in the task root before the start. */
  prepare?(root: string): void | Promise<void>;
  /** Runs when the last event is answered and the runtime polls, before the plain echo. */
  idle?(run: Run): void | Promise<void>;
  /** Runs at the end; throws on what the rest of the row cannot say. */
  check?(run: Run): void | Promise<void>;
}

/** A case while it runs. */
export interface Run {
  kind: Kind;
  api: FakeRuntimeApi;
  /** The bootstrap's process, which also leads its process group. */
  pid: number;
  /** `LAMBDA_TASK_ROOT`. */
  root: string;
  startedAtMs: number;
  /** Both output streams of the bootstrap. */
  log(): string;
  /** The log when a turn's last post arrived. */
  logAtPost: Map<TurnRecord, string>;
  telemetry(): Buffer;
  /** The bootstrap and all that descends from it, wherever it moved. */
  processes(): { pid: number; command: string }[];
  /** Sends a signal to the bootstrap alone; the time allowed for the exit counts from here. */
  signal(name: NodeJS.Signals): void;
  signalledAtMs: number | undefined;
  exited: Promise<Exit>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  atMs: number;
}
