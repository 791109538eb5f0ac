// The loop: next, invoke, make ready, next. An invocation is over for the platform only when next is
// called again, and it must not be called before the answer was taken (docs/runtime-api.md).
import { invoke } from "./invoke.ts";
import type { Log } from "./log.ts";
import type { Runner } from "./runners/runner.ts";
import type { RuntimeApi } from "./runtime-api/client.ts";
import { isEnding } from "./shutdown.ts";

/**
 * Serves events until the process can serve no more.
 * @throws HostError `Runtime.ApiFailure`.
 */
export async function poll(api: RuntimeApi, runner: Runner, log: Log): Promise<void> {
  for (;;) {
    const invocation = await api.next();
    if (isEnding()) return;
    if (!(await invoke(invocation, runner, api, log)) || isEnding()) return;
    await runner.prepare(invocation);
  }
}
