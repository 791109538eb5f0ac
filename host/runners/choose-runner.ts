// Chooses the one runner for a handler and the settings; only that runner is loaded.
import { readFileSync } from "node:fs";
import { HostError } from "../errors.ts";
import type { Handler } from "../handler/resolve.ts";
import { tsxLoaderOf } from "../handler/tsx-loader.ts";
import { languageOfScript } from "../languages/interpreter.ts";
import { languages } from "../languages/table.ts";
import { modeOfScript } from "../source/built-mode.ts";
import { commandOf, type ProcessHandler } from "./command.ts";
import type { Mode, Runner, Surroundings } from "./runner.ts";
import { withSmallHeap } from "./small-heap.ts";
import { withShape } from "./with-shape.ts";

type Script = Extract<Handler, { kind: "script" }>;

/** @throws HostError when the mode and the handler do not go together, or tsx is missing. */
export function chooseRunner(handler: Handler, surroundings: Surroundings): Promise<Runner> {
  warnOfMode(handler, surroundings);
  return createRunner(handler, surroundings);
}

export function warnOfMode({ kind }: Handler, { settings: { mode }, log }: Surroundings): void {
  if (kind === "script" || kind === "command" || mode === "auto") return;
  log.warn(
    `STDLAMBDA_MODE=${mode} is for scripts; a function is loaded once and called for each event. Write script:PATH for a script.`,
  );
}

/** The same without its warnings, for one more runner of the same handler. */
export async function createRunner(handler: Handler, surroundings: Surroundings): Promise<Runner> {
  const bare = await bareRunner(handler, surroundings);
  const hasStdout = writesStdout(handler, surroundings);
  const runner = hasStdout ? withShape(bare, surroundings) : bare;
  if (surroundings.settings.batch === "off") return runner;
  const { withBatch } = await import("./with-batch.ts");
  const isConcurrent = servesSeveral(handler, surroundings);
  return withBatch(runner, { runner: bare, isConcurrent, hasStdout }, surroundings);
}

/** Where the code of a handler runs: in the host's own process, in one server, or in processes for events. */
export function livesIn(
  handler: Handler,
  surroundings: Surroundings,
): "host" | "server" | "processes" {
  if (handler.kind === "module" || handler.kind === "expression") return "host";
  if (handler.kind === "language") return "processes";
  const mode = modeOf(handler, surroundings);
  if (mode === "main" && runsOnNode(handler)) return "host";
  return mode === "web" ? "server" : "processes";
}

/** Runners that bind stdin and stdout, or one process, to the event serve one at a time. */
function servesSeveral(handler: Handler, surroundings: Surroundings): boolean {
  if (handler.kind === "module" || handler.kind === "expression") {
    return surroundings.settings.convention !== "stdio";
  }
  if (handler.kind === "language") return false;
  return ["spawn", "prefork"].includes(modeOf(handler, surroundings));
}

/** Its answer is what it writes, not what it returns. */
function writesStdout(handler: Handler, { settings }: Surroundings): boolean {
  if (handler.kind === "language" && handler.language.answersByStdout) return true;
  const isProcess = handler.kind === "script" || handler.kind === "command";
  return isProcess ? settings.mode !== "web" : settings.convention === "stdio";
}

async function bareRunner(handler: Handler, surroundings: Surroundings): Promise<Runner> {
  if (handler.kind === "language") {
    const { languageFunctionRunner } = await import("./language.ts");
    return languageFunctionRunner(handler, surroundings);
  }
  if (handler.kind === "module" || handler.kind === "expression") {
    const { functionRunner } = await import("./function.ts");
    const runner = await functionRunner(handler, loaderOf(handler, surroundings), surroundings);
    return hasLittleMemory(surroundings) ? withSmallHeap(runner) : runner;
  }
  const mode = modeOf(handler, surroundings);
  if (mode === "main" && !runsOnNode(handler)) {
    const { languageMainRunner } = await import("./language.ts");
    return languageMainRunner(handler as Script, surroundings);
  }
  if (mode === "main") {
    const { mainRunner } = await import("./main.ts");
    const script = handler as Script;
    const runner = await mainRunner(script, loaderOf(handler, surroundings), surroundings);
    return hasLittleMemory(surroundings) ? withSmallHeap(runner) : runner;
  }
  return withSmallHeap(await processRunner(handler, mode, surroundings));
}

/**
 * Where 48 MB of young generation would leave little room beside Node's own 50. AWS's runtime gives
 * it a twentieth of the memory, which below 320 MB is less than V8's own maximum.
 */
function hasLittleMemory({ platform }: Surroundings): boolean {
  return Number(platform.memoryLimitInMB) < 320;
}

async function processRunner(
  handler: ProcessHandler,
  mode: Exclude<Mode, "main">,
  surroundings: Surroundings,
): Promise<Runner> {
  const tsxLoader = loaderOf(handler, surroundings);
  const command = commandOf(handler, surroundings.environment, tsxLoader);
  switch (mode) {
    case "prefork": {
      const { preforkPreload, preforkRunner } = await import("./prefork.ts");
      return preforkRunner(
        commandOf(handler, surroundings.environment, tsxLoader, preforkPreload),
        surroundings,
      );
    }
    case "prestart": {
      const { prestartRunner } = await import("./prestart.ts");
      const { spawnRunner } = await import("./spawn.ts");
      return prestartRunner(command, surroundings, spawnRunner(command, surroundings));
    }
    case "web": {
      const { webRunner } = await import("./web.ts");
      return webRunner(command, surroundings);
    }
    case "loop": {
      const { loopRunner } = await import("./loop.ts");
      return loopRunner(command, surroundings);
    }
    default: {
      const { spawnRunner } = await import("./spawn.ts");
      return spawnRunner(command, surroundings);
    }
  }
}

function modeOf(handler: ProcessHandler, { settings }: Surroundings): Mode {
  const node = runsOnNode(handler);
  const { mode } = settings;
  if (mode === "auto") {
    // Only files for Roswell always define main; in other languages the script may already have
    // called it.
    if (!node) return handler.kind === "script" && handler.path.endsWith(".ros") ? "main" : "spawn";
    return wantsMain(handler as Script) ? "main" : "prefork";
  }
  if (mode === "main" && !node && handler.kind === "script" && languageOfScript(handler))
    return mode;
  if ((mode === "main" || mode === "prefork") && !node) {
    throw new HostError(
      "Runtime.InvalidSetting",
      `STDLAMBDA_MODE=${mode} is for scripts of Node${mode === "main" ? `, ${languages.map(({ name }) => name).join(", ")}` : ""}, and ${nameOf(handler)} is not one. Set it to auto, spawn, prestart or loop.`,
    );
  }
  if (mode === "loop" && settings.stdout === "stream") {
    throw new HostError(
      "Runtime.InvalidSetting",
      "STDLAMBDA_STDOUT=stream is not possible with STDLAMBDA_MODE=loop, where a response is one line. Choose another mode, or leave STDLAMBDA_STDOUT unset.",
    );
  }
  return mode;
}

function runsOnNode(handler: ProcessHandler): boolean {
  return handler.kind === "script" && handler.interpreter.kind === "node";
}

// Options for Node on the first line apply to a process, so such a script gets one.
function wantsMain({ path, interpreter }: Script): boolean {
  if (interpreter.kind !== "node" || interpreter.nodeArgs.length > 0) return false;
  return modeOfScript(path, readFileSync(path, "utf8")) === "main";
}

export function loaderOf(
  handler: ProcessHandler | Extract<Handler, { kind: "module" | "expression" }>,
  { settings, platform }: Surroundings,
): string | undefined {
  if (handler.kind === "command") return undefined;
  return tsxLoaderOf(handler, settings.typescript, platform.taskRoot);
}

function nameOf(handler: ProcessHandler): string {
  return handler.kind === "script" ? handler.path : handler.program;
}
