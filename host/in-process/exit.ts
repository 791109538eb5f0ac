// process.exit of a script that runs in the host's process: it ends the event, not the host.
import { HostError } from "../errors.ts";
import { currentScope, exitSignal } from "./event-scope.ts";

let loading: ((error: unknown) => void) | undefined;
let inListeners = false;

/** `breakHost` fails what runs and ends the host. */
export function bindExit(breakHost: (error: Error) => void): void {
  process.exit = (code?: number | string | null): never => {
    const status = statusOf(code ?? process.exitCode);
    const scope = currentScope();
    if (scope !== undefined) scope.exit(status);
    else if (!failLoading(exitedAtInit(status))) breakHost(exitedOutside(status));
    if (inListeners) return undefined as never;
    throw exitSignal;
  };
}

/**
 * Call it before the user's own listeners of "uncaughtException" run. An exception in a listener
 * would end the host at once, with the event unanswered, so process.exit returns there instead of
 * throwing.
 */
export function beforeOwnListeners(): void {
  inListeners = true;
  process.nextTick(() => {
    inListeners = false;
  });
}

/** Ends the loading of the script, if it is loading. */
export function failLoading(error: unknown): boolean {
  loading?.(error);
  return loading !== undefined;
}

/**
 * Call it where stdin is read while there is no event.
 * @throws HostError `Runtime.StdinReadAtInit` while the script is loaded.
 */
export function refuseWhileLoading(): void {
  if (loading === undefined) return;
  throw new HostError(
    "Runtime.StdinReadAtInit",
    "The script reads stdin while it is loaded, and there is no event yet. Read it in main, which is called for each event, or set STDLAMBDA_MODE=prefork to run the whole script for each event.",
  );
}

/** Rejects when the script calls process.exit, or lets an exception go uncaught, while `load` runs. */
export function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    loading = reject;
    load().then(async (loaded) => {
      // Node reports a rejection that nothing awaits only after the current tick.
      await new Promise(setImmediate);
      resolve(loaded);
    }, reject);
  }).finally(() => {
    loading = undefined;
  });
}

/** An exit status as the system keeps it: eight bits. */
export function statusOf(code: unknown): number {
  const number = Number(code ?? 0);
  return Number.isInteger(number) ? number & 0xff : 1;
}

// Called by a timer or a connection that was made at load time, while no event runs: it ends the
// host.
function exitedOutside(status: number): Error {
  return new Error(
    `process.exit(${status}) was called by code that belongs to no event, such as a timer set while the module was loaded. Call it while an event runs, or throw the error.`,
  );
}

function exitedAtInit(status: number): HostError {
  return new HostError(
    "Runtime.ScriptExitedAtInit",
    `process.exit(${status}) was called while the module was loaded, and there is no event yet. Call it in main, or in the function, or set STDLAMBDA_MODE=prefork to run a whole script for each event.`,
  );
}
