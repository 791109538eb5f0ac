// Mode `main`: the module is loaded once, in the host's own process; its main(...argv) is called for
// each event with stdin, stdout, console and readFileSync(0) bound to it.
import type { Handler } from "../handler/resolve.ts";
import { bindProcess } from "../in-process/bind.ts";
import { runWithStdio } from "../in-process/bound-stdio.ts";
import { endEvents } from "../in-process/end-events.ts";
import { whileLoading } from "../in-process/exit.ts";
import { refuseAfterUncaught } from "../in-process/in-process-event.ts";
import { findFunction, hooksOf, loadModule, type Namespace } from "../in-process/load-module.ts";
import type { Runner, Surroundings } from "./runner.ts";

export function mainRunner(
  script: Extract<Handler, { kind: "script" }>,
  tsxLoader: string | undefined,
  surroundings: Surroundings,
): Runner {
  let main: ((...argv: string[]) => unknown) | undefined;
  let namespace: Namespace = {};

  async function start(): Promise<void> {
    await bindProcess(surroundings, surroundings.environment, "stdio");
    process.argv = [process.execPath, script.path, ...script.args];
    namespace = await whileLoading(() => loadModule(script.path, tsxLoader));
    const remedy = " STDLAMBDA_MODE=prefork runs the whole script for each event.";
    main = findFunction(namespace, "main", script.path, remedy) as (...argv: string[]) => unknown;
  }

  return {
    prepare() {
      if (main === undefined) return start();
      refuseAfterUncaught();
      return undefined;
    },
    run: (invocation) => runWithStdio(invocation, () => main?.(...script.args), surroundings),
    hooks: () => hooksOf(namespace),
    stop: endEvents,
  };
}
