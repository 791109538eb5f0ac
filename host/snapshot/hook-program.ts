// A hook of SnapStart for scripts: a script or a program, run to its end; what it writes is log.
import { FailureError } from "../answer/failure.ts";
import { failureFromEnding } from "../answer/script-failure.ts";
import { HostError } from "../errors.ts";
import { resolveHandler } from "../handler/resolve.ts";
import { createRoots } from "../handler/roots.ts";
import { startChild } from "../process/child.ts";
import { createStderr } from "../process/stderr.ts";
import { loaderOf } from "../runners/choose-runner.ts";
import { commandOf } from "../runners/command.ts";
import type { Surroundings } from "../runners/runner.ts";

/** @throws HostError when there is no such script, FailureError when it fails. */
export async function runHook(hook: string | undefined, surroundings: Surroundings): Promise<void> {
  if (hook === undefined) return;
  const { settings, platform, environment, log } = surroundings;
  const { handler } = resolveHandler(hook, {
    roots: createRoots(platform.taskRoot),
    settings,
    path: environment.PATH ?? "",
  });
  if (handler.kind !== "script" && handler.kind !== "command") {
    throw new HostError(
      "Runtime.InvalidSetting",
      `${hook} is a function, and a hook is a script or cmd:PROGRAM. A module exports beforeSnapshot and afterRestore itself.`,
    );
  }
  const command = commandOf(handler, environment, loaderOf(handler, surroundings));
  const child = startChild(command, {
    environment: command.environment,
    directory: platform.taskRoot,
  });
  const stdout = createStderr(log, undefined);
  const stderr = createStderr(log, undefined);
  child.read(stdout.push, stderr.push);
  child.end(Buffer.alloc(0));
  const ending = await child.finish();
  stdout.flush();
  stderr.flush();
  const failure = failureFromEnding(ending, stderr.tail(), command);
  if (failure !== undefined) throw new FailureError(failure);
}
