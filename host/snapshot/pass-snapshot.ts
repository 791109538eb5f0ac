// SnapStart: all is ready, the snapshot is taken, and in each copy what must not be the same is made anew.
import { createErrorReport } from "../answer/error-report.ts";
import { type Failure, FailureError, failureFromThrown } from "../answer/failure.ts";
import type { ErrorType } from "../errors.ts";
import type { Runner, Surroundings } from "../runners/runner.ts";
import type { Address } from "../runtime-api/address.ts";
import { postRestoreError, waitForRestore } from "../runtime-api/restore.ts";
import { endHost } from "../shutdown.ts";
import { runHook } from "./hook-program.ts";
import { renewRandomness } from "./randomness.ts";

/** As AWS's client. */
const afterRestoreStatus = 65;

/**
 * Resolves in the copy, ready for its first event.
 * @throws FailureError `Runtime.BeforeSnapshotError`, HostError `Runtime.ApiFailure`.
 */
export async function passSnapshot(
  runner: Runner,
  surroundings: Surroundings,
  address: Address,
): Promise<void> {
  const { settings, log } = surroundings;
  const hooks = runner.hooks?.() ?? {};
  try {
    await hooks.beforeSnapshot?.();
    await runHook(settings.beforeSnapshot, surroundings);
  } catch (error) {
    throw new FailureError(named("Runtime.BeforeSnapshotError", error));
  }
  await waitForRestore(address);
  try {
    renewRandomness();
    await runner.renew?.();
    await runHook(settings.afterRestore, surroundings);
    await hooks.afterRestore?.();
  } catch (error) {
    const failure = named("Runtime.AfterRestoreError", error);
    log.failure(failure, undefined);
    await postRestoreError(address, createErrorReport(failure)).catch((posting: Error) =>
      log.error(`the restore error could not be posted: ${posting.message}`),
    );
    await endHost(afterRestoreStatus, runner);
  }
}

/** The platform knows a hook's failure by its type. */
function named(errorType: ErrorType, error: unknown): Failure {
  return { ...failureFromThrown(error), errorType };
}
