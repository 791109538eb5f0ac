// One event through the real host, its response to stdout, its log to stderr.

import { resolve } from "node:path";
import { hostBootstrap } from "../../build/release/host-location.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import type { FunctionError } from "../../local/runtime-api/invocation.ts";
import { type LocalEvent, startLocalFunction } from "../../local/sandbox/local-function.ts";
import { requireDirectory } from "../options/require-directory.ts";
import { readFunctionVariables, type VariableOptions } from "../options/variables.ts";
import { logStream } from "../terminal/log-text.ts";
import { createPalette } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { untilAborted } from "../terminal/until-aborted.ts";
import { defaultTimeout } from "./defaults.ts";
import { describeError, report } from "./report.ts";
import { writeResult } from "./write-result.ts";

/** Options that only this way of invoking has; for a function of a service they are an error. */
export interface OnceOptions extends VariableOptions {
  readonly root?: string;
  /** Seconds. */
  readonly timeout?: number;
  /** Megabytes. */
  readonly memory?: number;
}

export interface OnceSettings {
  readonly root: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memory: number;
  /** Of a function that the folder declares. */
  readonly name?: string;
  readonly runtime?: string;
  readonly opt?: string | undefined;
  readonly logFormat?: "json" | "text";
}

/** Throws an ExpectedError for an invalid folder or variable. */
export async function readOnceSettings(options: OnceOptions): Promise<OnceSettings> {
  return {
    root: await requireDirectory(resolve(options.root ?? ".")),
    variables: await readFunctionVariables(options),
    timeoutSeconds: options.timeout ?? defaultTimeout,
    memory: options.memory ?? lambdaDefaults.memory,
  };
}

/** The exit status: 0, or 1 after a function error. */
export async function invokeOnce(
  handler: string,
  settings: OnceSettings,
  event: LocalEvent,
  surroundings: Surroundings,
  writeAnswer: typeof writeResult = writeResult,
): Promise<number> {
  const { stderr, env: caller, signal } = surroundings;
  const palette = createPalette(stderr, caller);
  const local = await startLocalFunction({
    ...settings,
    bootstrap: hostBootstrap(),
    handler,
    caller,
    log: logStream(stderr),
    onFault: (message) => stderr.write(`${palette.yellow(`warning: ${message}`)}\n`),
  });
  let epilogue: string;
  let error: FunctionError | undefined;
  try {
    const work = async () => {
      const { requestId, result, duration } = await local.invoke(event);
      error = await writeAnswer(result, surroundings);
      const durations = { duration: await duration, init: local.initDuration() };
      return palette.dim(report(requestId, durations, settings.memory));
    };
    epilogue = await untilAborted(work(), signal);
  } finally {
    await local.stop();
  }
  if (error) stderr.write(`${palette.red(describeError(error))}\n`);
  stderr.write(`${epilogue}\n`);
  return error ? 1 : 0;
}
