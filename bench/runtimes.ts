// The programs that the rows start: each is looked up once, and is either a command or the reason
// why it is missing.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RuntimeName } from "./rows.ts";

const here = import.meta.dirname;
const checkout = join(here, "..");

export type Command = { program: string; parameters: readonly string[] };
export type Absence = { absent: string };

/** Where the rows' handlers are: LAMBDA_TASK_ROOT of every runtime. */
export const taskRoot = join(here, "handlers");

/** The command of a runtime; `bootstrap` is the host's bootstrap to use. */
export function findRuntime(name: RuntimeName, bootstrap: string): Command | Absence {
  switch (name) {
    case "host":
      return findHost(bootstrap);
    case "bootstrap":
      return existsSync(bootstrap)
        ? { program: bootstrap, parameters: [] }
        : { absent: `no ${bootstrap}; run npm run build` };
    case "aws-lambda-ric":
      return findRic();
    case "dev":
      return findCommandLine(bootstrap);
    case "node":
      return { program: process.execPath, parameters: ["-e", "0"] };
    default:
      return { program: process.execPath, parameters: [join(here, "floors", `${name}.cjs`)] };
  }
}

// Started by Node directly, as the peer is: the cost of its bootstrap has a row of its own.
function findHost(bootstrap: string): Command | Absence {
  const main = join(dirname(bootstrap), "main.cjs");
  if (existsSync(main)) return { program: process.execPath, parameters: [main] };
  return existsSync(bootstrap)
    ? { program: bootstrap, parameters: [] }
    : { absent: `no ${bootstrap}; run npm run build` };
}

// Beside the host, as in the package. Its output goes to a file, not to the user's terminal.
function findCommandLine(bootstrap: string): Command | Absence {
  const commandLine = join(dirname(bootstrap), "../cli.js");
  if (!existsSync(commandLine)) return { absent: `no ${commandLine}; run npm run build` };
  return { program: process.execPath, parameters: [commandLine, "dev", "--port", "0"] };
}

/** The bundled host, as in a layer. */
export const bundledBootstrap = join(checkout, "dist/host/bootstrap");

function findRic(): Command | Absence {
  const ric = join(checkout, "node_modules/.cache/peers/node_modules/aws-lambda-ric");
  // The native client is the last thing that its installation builds; without it the package is
  // useless.
  if (!existsSync(join(ric, "rapid-client.node"))) {
    return { absent: "not installed; run npm run peers" };
  }
  return { program: process.execPath, parameters: [join(ric, "index.mjs")] };
}
