// What a runner is, and the modes with a sentence for each.
import type { Failure } from "../answer/failure.ts";
import type { Outcome } from "../answer/outcome.ts";
import type { Environment } from "../event/environment.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";
import type { EndedScript } from "../process/escaped.ts";
import type { Platform, Settings } from "../settings.ts";

/** Runs one handler in one mode. It knows nothing of HTTP, of the Runtime API or of other runners. */
export interface Runner {
  /**
   * Prepares for the next event: at init, and after each answer. What it starts is up before the
   * host asks for an event, so that nothing boots inside a frozen sandbox. `after` is the event
   * that was answered; undefined at init. Returns undefined if there is nothing to wait for.
   * @throws when the handler cannot be loaded; only the first call does.
   */
  prepare(after?: Invocation): Promise<void> | undefined;
  /** Never rejects, whatever the handler does. */
  run(invocation: Invocation): Promise<Outcome>;
  /** SnapStart's hooks in the handler's own module, once it is loaded. */
  hooks?(): SnapshotHooks;
  /** After a restore: what waits for its event is started anew, or each copy would have the same chance. */
  renew?(): Promise<void>;
  /** Ends what is running; resolves when nothing is. */
  stop(): Promise<void>;
}

export interface SnapshotHooks {
  readonly beforeSnapshot?: (() => unknown) | undefined;
  readonly afterRestore?: (() => unknown) | undefined;
}

/** What every runner needs to know of the function it serves. */
export interface Surroundings {
  readonly settings: Settings;
  readonly platform: Platform;
  readonly log: Log;
  /** The environment of each script, without what belongs to one event. */
  readonly environment: Environment;
  /**
   * Kills what an answered script has left running outside its group, if that is not done at once.
   */
  readonly killEscaped?: (script: EndedScript) => void;
  /** An exception in the host's own process that belongs to no event: the host must end. */
  readonly broken: (failure: Failure) => void;
  /** In a worker thread of Managed Instances: other events run in it at the same time. */
  readonly sideBySide?: true;
  /**
   * Lets the event loop become empty while an event runs, so that only the function's own work
   * keeps it busy.
   */
  readonly release: () => void;
}

/** The modes of a script (STDLAMBDA_MODE), and what they are for. */
const modes = {
  main: "the module is loaded once, in the host's own process; its `main` is called for each event",
  prefork: "a fresh Node process for every event, booted before the event comes",
  spawn: "a fresh process for every event, started when it comes",
  prestart: "a fresh process for every event, the script itself started before the event comes",
  web: "the script is an HTTP server, started once: each HTTP event is a request to it",
  loop: "one process for many events: a line of JSON in, a line out",
} as const;

export type Mode = keyof typeof modes;
