// `stdlambda invoke`: one event through the real host, its response to stdout, its log to stderr.
import { resolve } from "node:path";
import type { FunctionError } from "../../local/runtime-api/invocation.ts";
import { readFunctionVariables } from "../function-variables.ts";
import { hostBootstrap } from "../host-location.ts";
import { startLocalFunction } from "../local-function.ts";
import { createPalette } from "../output.ts";
import { parseJson } from "../parse-json.ts";
import { readEvent } from "../read-event.ts";
import { describeError, report } from "../report.ts";
import { requireDirectory } from "../require-directory.ts";
import type { Surroundings } from "../surroundings.ts";
import { writeResult } from "../write-result.ts";

export interface InvokeOptions {
  readonly data?: string;
  readonly file?: string;
  readonly env?: readonly string[];
  readonly envFile?: string;
  readonly clientContext?: string;
  readonly root: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memory: number;
}

/** The exit status: 0, or 1 after a function error. */
export async function invoke(
  handler: string,
  options: InvokeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, env: caller, signal } = surroundings;
  const root = await requireDirectory(resolve(options.root));
  const variables = await readFunctionVariables(options);
  const clientContext = readClientContext(options.clientContext);
  const event = await readEvent(options, surroundings);
  const palette = createPalette(stderr, caller);
  const local = await startLocalFunction({
    bootstrap: hostBootstrap(),
    handler,
    root,
    memory: options.memory,
    timeoutSeconds: options.timeout,
    variables,
    caller,
    log: stderr,
    onFault: (message) => stderr.write(`${palette.yellow(`warning: ${message}`)}\n`),
  });
  let epilogue: string;
  let error: FunctionError | undefined;
  try {
    const work = async () => {
      const { requestId, result, duration } = await local.invoke(event, clientContext);
      error = await writeResult(result, surroundings);
      const durations = { duration: await duration, init: local.initDuration() };
      return palette.dim(report(requestId, durations, options.memory));
    };
    epilogue = await Promise.race([work(), aborted(signal)]);
  } finally {
    await local.stop();
  }
  if (error) stderr.write(`${palette.red(describeError(error))}\n`);
  stderr.write(`${epilogue}\n`);
  return error ? 1 : 0;
}

function readClientContext(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const hint = 'Give an object, as in --client-context \'{"custom":{"key":"value"}}\'';
  // One line: it travels in a header.
  return JSON.stringify(parseJson(text, "the client context", hint));
}

/** Rejects when the user wants to stop. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
