// One invocation: runner, outcome, answer.
import { createErrorReport } from "./answer/error-report.ts";
import { failureFromThrown } from "./answer/failure.ts";
import { failed, type Outcome } from "./answer/outcome.ts";
import type { Invocation } from "./invocation.ts";
import type { Log } from "./log.ts";
import type { Runner } from "./runners/runner.ts";
import type { RuntimeApi } from "./runtime-api/client.ts";

/**
 * Answers one event with exactly one post. Resolves to whether the host can serve another event.
 * @throws HostError `Runtime.ApiFailure` when the platform refuses the answer for good.
 */
export async function invoke(
  invocation: Invocation,
  runner: Pick<Runner, "run">,
  api: RuntimeApi,
  log: Log,
): Promise<boolean> {
  let outcome: Outcome;
  try {
    outcome = await runner.run(invocation);
  } catch (error) {
    // A bug in a runner must not cost the caller the answer.
    outcome = failed(failureFromThrown(error));
  }
  if (outcome.kind === "response") {
    await api.respond(invocation.id, outcome.body, outcome.contentType);
    return true;
  }
  if (outcome.kind === "stream") {
    await api.stream(invocation.id, {
      contentType: outcome.contentType,
      async pump(write) {
        const failure = await outcome.pump(write).catch(failureFromThrown);
        if (failure === undefined) return undefined;
        log.failure(failure, invocation);
        return createErrorReport(failure);
      },
    });
    return true;
  }
  log.failure(outcome.failure, invocation);
  await api.fail(invocation.id, createErrorReport(outcome.failure));
  return outcome.hostBroken !== true;
}
