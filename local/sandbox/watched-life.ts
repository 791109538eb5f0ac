// A life in its folders, with its memory watched: its callers get the reason for which it was
// ended.
import { mkdir } from "node:fs/promises";
import { runtimeExitReason } from "../runtime-api/exit-reason.ts";
import { fatalError } from "../runtime-api/function-error.ts";
import type { FunctionError } from "../runtime-api/invocation.ts";
import type { EnvironmentLog } from "./environment-log.ts";
import { governingFiles } from "./governing-files.ts";
import { lambdaTaskRoot } from "./isolation.ts";
import { type Life, startLife } from "./life.ts";
import { type MemoryUse, watchMemory } from "./memory-watch.ts";
import { mergeLayers } from "./merge-layers.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";

export interface WatchedLife extends Life {
  readonly memory: MemoryUse;
  /** The platform's error when it is gone; a runtime's own init error wins. */
  endError(requestId: string): Promise<FunctionError>;
  /** The answer that the caller gets: the kernel's reason, if memory ended it. */
  corrected<Answer extends { readonly kind: string }>(
    answer: Answer,
    requestId: string,
  ): Answer | ({ readonly kind: "error" } & FunctionError);
}

const unwatched: MemoryUse = { peakBytes: () => 0, pause() {}, resume() {} };

/** @param tmp the folder that becomes /tmp; it outlives the life. */
export async function startWatchedLife(
  settings: SandboxedFunction,
  options: SandboxOptions,
  log: EnvironmentLog,
  tmp: string,
): Promise<WatchedLife> {
  const { isolate } = options;
  const { taskRoot, packages, layers, memoryMB } = settings;
  // Done here, where a failure is reported: the disk may be full.
  await mkdir(tmp, { recursive: true, mode: 0o700 });
  const opt = await mergeLayers(layers, options.cache);
  const isWrapped = isolate.kind === "bubblewrap";
  const governing =
    isWrapped && settings.servedInPlace
      ? await governingFiles(taskRoot, lambdaTaskRoot, options.cache)
      : [];
  const life = await startLife({
    ...options,
    function: settings,
    isolation: isolate({ taskRoot, opt, tmp, packages, governing }),
    isWrapped,
    opt,
    logStream: log.stream,
    onLine: log.line,
  });
  let isOutOfMemory = false;
  const watch = options.limitsMemory === false ? () => unwatched : watchMemory;
  const memory = watch({
    processes: life.processes,
    limitBytes: memoryMB * 1024 * 1024,
    onExceeded() {
      isOutOfMemory = true;
      life.kill();
    },
  });
  memory.resume();
  return {
    ...life,
    memory,
    async endError(requestId) {
      const exit = await life.exited;
      const error = isOutOfMemory ? outOfMemory(requestId) : life.initError(requestId);
      return error ?? fatalError(requestId, "Runtime.ExitError", runtimeExitReason(exit));
    },
    corrected: (answer, requestId) =>
      isOutOfMemory && answer.kind === "error"
        ? { kind: "error", ...outOfMemory(requestId) }
        : answer,
    end(reason) {
      memory.pause();
      return life.end(reason);
    },
  };
}

/** Lambda's words when the kernel has killed the runtime for its memory. */
function outOfMemory(requestId: string): FunctionError {
  const reason = runtimeExitReason({ code: null, signal: "SIGKILL" });
  return fatalError(requestId, "Runtime.OutOfMemory", reason);
}
