// The loop: next, invoke, prepare, next. For the platform an invocation is over only when next is
// called again, and next must not be called before the answer was taken (docs/runtime-api.md).
import { shutDown } from "./answer/failure.ts";
import { failed } from "./answer/outcome.ts";
import { invoke } from "./invoke.ts";
import type { Log } from "./log.ts";
import type { Runner } from "./runners/runner.ts";
import type { RuntimeApi } from "./runtime-api/client.ts";
import { isEnding, putAway, takeInHand } from "./shutdown.ts";

/** Serves an event that comes when nothing may be started any more. */
const stopping: Pick<Runner, "run"> = { run: async () => failed(shutDown) };

/**
 * Serves events until the process can serve no more.
 * @throws HostError `Runtime.ApiFailure`.
 */
export async function poll(api: RuntimeApi, runner: Runner, log: Log): Promise<void> {
  for (;;) {
    const invocation = await api.next();
    takeInHand();
    try {
      const served = isEnding() ? stopping : runner;
      if (!(await invoke(invocation, served, api, log)) || isEnding()) return;
    } finally {
      putAway();
    }
    await runner.prepare(invocation);
  }
}
