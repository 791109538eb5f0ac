// A worker thread of the host: the handler is loaded once, and its events run side by side.
import { failureFromThrown } from "../answer/failure.ts";
import { failed, type Pump } from "../answer/outcome.ts";
import type { Invocation } from "../invocation.ts";
import { createRunner } from "../runners/choose-runner.ts";
import { bindExitCode } from "./exit-code.ts";
import { createSharedLog } from "./shared-log.ts";
import {
  type FromThread,
  ownBytes,
  type ThreadData,
  type ToThread,
  threadMark,
} from "./thread-messages.ts";

export async function serveThread(): Promise<void> {
  const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
  if (parentPort === null) throw new Error(`${threadMark} is set outside of a thread`);
  delete process.env[threadMark];
  const { handler, settings, platform, environment, logTarget } = workerData as ThreadData;
  const log = createSharedLog(platform, logTarget);
  const takers = new Map<number, (goesOn: boolean) => void>();
  const say = (message: FromThread) => parentPort.postMessage(message);

  bindExitCode();
  const runner = await createRunner(handler, {
    settings,
    platform,
    log,
    environment,
    sideBySide: true,
    broken(failure) {
      log.failure(failure, undefined);
      say({ kind: "broken" });
    },
    release() {},
  });

  async function serve(key: number, given: Invocation): Promise<void> {
    const { buffer, byteOffset, byteLength } = given.event;
    const invocation = { ...given, event: Buffer.from(buffer, byteOffset, byteLength) };
    const outcome = await runner.run(invocation).catch((error) => failed(failureFromThrown(error)));
    if (outcome.kind === "stream") {
      await stream(key, outcome.contentType, outcome.pump);
      await restOf(invocation);
      say({ kind: "settled", key });
      return;
    }
    const rest = restOf(invocation);
    const own =
      outcome.kind === "response" ? { ...outcome, body: ownBytes(outcome.body) } : outcome;
    say({ kind: "outcome", key, outcome: own, isSettled: rest === undefined });
    if (rest === undefined) return;
    await rest;
    say({ kind: "settled", key });
  }

  /** What the event goes on with; never rejects. */
  function restOf(invocation: Invocation): Promise<void> | undefined {
    try {
      return runner.prepare(invocation)?.catch(() => {});
    } catch {
      // An uncaught exception ends the thread's life; it was reported with its own event.
      return undefined;
    }
  }

  async function stream(key: number, contentType: string, pump: Pump): Promise<void> {
    say({ kind: "stream", key, contentType });
    const failure = await pump((piece) => {
      say({ kind: "piece", key, bytes: ownBytes(piece) });
      return new Promise((resolve) => takers.set(key, resolve));
    }).catch(failureFromThrown);
    takers.delete(key);
    say({ kind: "end", key, failure });
  }

  parentPort.on("message", (message: ToThread) => {
    if (message.kind === "event") void serve(message.key, message.invocation);
    else if (message.kind === "stop") {
      // No signal reaches a thread, but the function may listen for one.
      process.emit("SIGTERM", "SIGTERM");
      void runner.stop();
    } else takers.get(message.key)?.(message.goesOn);
  });
  try {
    await runner.prepare();
    say({ kind: "ready" });
  } catch (error) {
    say({ kind: "failed", failure: failureFromThrown(error) });
  }
}
