// The outcome of one invocation, for its caller: the Invoke API, a function URL, the queue.
import type { InvocationResult } from "../runtime-api/invocation.ts";

export interface InvokeOutcome {
  readonly requestId: string;
  /** X-Ray's header. */
  readonly traceId: string;
  /** The version that ran, `$LATEST` or a number. */
  readonly executedVersion: string;
  readonly result: InvocationResult;
  /** The last 4 KB of the invocation's log; resolves when its REPORT line is written. */
  readonly logTail: () => Promise<Buffer>;
}
