// process.exit of a script that runs in the host's process: it ends the event, not the host.
import { HostError } from "../errors.ts";
import { eventScopes, exitSignal } from "./event-scope.ts";

let loading: ((error: HostError) => void) | undefined;

export function bindExit(): void {
  process.exit = (code?: number | string | null): never => {
    const status = statusOf(code ?? process.exitCode);
    const scope = eventScopes.getStore();
    if (scope !== undefined) scope.exit(status);
    else loading?.(exitedAtInit(status));
    throw exitSignal;
  };
}

/** Rejects when the script calls process.exit while `load` runs. */
export function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    loading = reject;
    load().then(resolve, reject);
  }).finally(() => {
    loading = undefined;
  });
}

/** An exit status as the system keeps it: eight bits. */
export function statusOf(code: unknown): number {
  const number = Number(code ?? 0);
  return Number.isInteger(number) ? number & 0xff : 1;
}

function exitedAtInit(status: number): HostError {
  return new HostError(
    "Runtime.ScriptExitedAtInit",
    `The script called process.exit(${status}) while it was loaded. In mode main only what main does answers an event: move the call into main, or set STDLAMBDA_MODE=prefork.`,
  );
}
