// Children that inherit stdio, or are given the streams of the process: what they write belongs to
// the event, as stdout or stderr, and they can read the rest of the event.
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { sleep } from "../sleep.ts";
import { currentScope, eventScopes, exitSignal } from "./event-scope.ts";
import { type LentStdin, lendStdin } from "./lent-stdin.ts";
import { ownStdio, sharedStdio } from "./shared-stdio.ts";
import { write } from "./standard-io.ts";
import { bindSyncChildren } from "./sync-children.ts";

/** What Node's spawn, exec, execFile and fork have in common. */
interface Internals {
  spawn(this: ChildProcess & { _handle: Handle }, options: { stdio?: unknown }): number;
}

interface Handle {
  onexit(...status: unknown[]): void;
}

/**
 * Binds them once, when the script first asks for node:child_process: loading it takes a tenth of
 * the whole cold start.
 */
export function bindChildren(): void {
  const { registerHooks, syncBuiltinESMExports } = process.getBuiltinModule("node:module");
  const { getBuiltinModule } = process;
  let isBound = false;

  function asked(name: string): void {
    if (isBound || !/^(?:node:)?child_process$/.test(name)) return;
    isBound = true;
    bindSpawn();
    bindSyncChildren();
    syncBuiltinESMExports();
  }

  registerHooks({
    resolve(specifier, context, nextResolve) {
      asked(specifier);
      return nextResolve(specifier, context);
    },
  });
  process.getBuiltinModule = ((name: string) => {
    asked(name);
    return getBuiltinModule(name);
  }) as typeof getBuiltinModule;
}

function bindSpawn(): void {
  const { ChildProcess } = process.getBuiltinModule("node:child_process");
  const prototype = ChildProcess.prototype as unknown as Internals;
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const shared = sharedStdio(options.stdio);
    if (currentScope() === undefined || shared === undefined) return spawn.call(this, options);
    const stdin = shared.includes(0) ? lendStdin() : undefined;
    const status = spawn.call(this, {
      ...options,
      stdio: ownStdio(options.stdio, shared, (standard) => (standard === 0 ? stdin?.fd : "pipe")),
    });
    const open = shared.map((standard, at) =>
      standard === 1 || standard === 2 ? takeOver(this, at, standard) : undefined,
    );
    holdExit(this._handle, open, stdin);
    return status;
  };
}

/**
 * Passes on what a child writes; resolves at its end. The child has no stream of its own, as with
 * "inherit".
 */
function takeOver(child: ChildProcess, at: number, standard: 1 | 2): Promise<void> | undefined {
  const stream = child.stdio?.[at] as Readable | null | undefined;
  if (!stream) return undefined;
  (child.stdio as unknown[])[at] = null;
  if (at === 1) child.stdout = null;
  if (at === 2) child.stderr = null;
  const scope = eventScopes.getStore();
  stream.on("error", () => {});
  stream.on("data", (piece: Buffer) => {
    try {
      const isTaken =
        scope === undefined
          ? write(standard, piece)
          : eventScopes.run(scope, write, standard, piece);
      if (isTaken) return;
      stream.pause();
      process.stdout.once("drain", () => stream.resume());
    } catch (error) {
      // The response is too large: the writer is stopped as by a closed pipe.
      stream.destroy();
      if (error !== exitSignal) throw error;
    }
  });
  return new Promise((resolve) => stream.once("close", resolve));
}

/** After this the output that other processes still hold is not waited for. */
const drainMs = 50;

// The output of a child comes before what the script writes once it knows of the child's end.
function holdExit(
  handle: Handle | undefined,
  open: readonly (Promise<void> | undefined)[],
  stdin: LentStdin | undefined,
): void {
  if (handle === undefined) return;
  const { onexit } = handle;
  handle.onexit = (...status) => {
    stdin?.giveBack();
    void Promise.race([Promise.all(open), sleep(drainMs)]).then(() => onexit.apply(handle, status));
  };
}
