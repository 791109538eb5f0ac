// Finds tsx for the scripts that need more than type stripping, and makes it load.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { HostError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { topLevelAwaitFault } from "../source/top-level-await.ts";
import { whyNodeCannotStrip } from "../source/typescript.ts";
import type { Handler } from "./resolve.ts";

type NodeHandler = Extract<Handler, { kind: "script" | "module" | "expression" }>;

/**
 * The path of tsx's loader when the handler needs it, else undefined.
 * @throws HostError `Runtime.TypeScriptLoaderNotFound` when it is needed and nowhere to be found,
 * `Runtime.UserCodeSyntaxError` for an `await` that tsx refuses.
 */
export function tsxLoaderOf(
  handler: NodeHandler,
  mode: Settings["typescript"],
  taskRoot: string,
): string | undefined {
  if (handler.kind === "expression") {
    // What it imports may need tsx; its own text is JavaScript.
    if (mode !== "tsx") return undefined;
    const why = `The expression ${handler.source} is to be run by tsx (STDLAMBDA_TYPESCRIPT=tsx)`;
    return foundTsx(join(taskRoot, "index.js"), why, taskRoot);
  }
  const interpreter = handler.kind === "script" ? handler.interpreter : undefined;
  if (interpreter !== undefined && interpreter.kind !== "node") return undefined;
  const wantsTsx = interpreter?.wantsTsx ?? /\.[jt]sx$/.test(handler.path);
  return tsxLoaderFor(handler.path, wantsTsx, mode, taskRoot);
}

/** The same for a file. */
export function tsxLoaderFor(
  script: string,
  wantsTsx: boolean,
  mode: Settings["typescript"],
  taskRoot: string,
): string | undefined {
  if (mode === "node") return undefined;
  const typescript = wantsTsx || /\.[mc]?ts$/.test(script);
  const reason =
    mode === "tsx" && typescript
      ? "is to be run by tsx (STDLAMBDA_TYPESCRIPT=tsx)"
      : (whyNodeCannotStrip(script) ?? (wantsTsx ? `${script} asks for tsx` : undefined));
  if (reason === undefined) return undefined;
  const fault = topLevelAwaitFault(script);
  if (fault !== undefined) throw new HostError("Runtime.UserCodeSyntaxError", fault);
  return foundTsx(script, `Node cannot run ${script} as it is: ${reason}`, taskRoot);
}

function foundTsx(place: string, why: string, taskRoot: string): string {
  const loader = findTsx(place, taskRoot);
  if (loader !== undefined) return loader;
  throw new HostError(
    "Runtime.TypeScriptLoaderNotFound",
    `${why}. Add tsx beside it (npm install tsx), bring it in a layer (nodejs/node_modules), bundle the script, or use only erasable TypeScript.`,
  );
}

/** The script's own tsx, the function's, a layer's, or the one that came with the host. */
function findTsx(script: string, taskRoot: string): string | undefined {
  const places = [
    script,
    join(taskRoot, "index.js"),
    "/opt/nodejs/index.js",
    join(dirname(import.meta.dirname), "index.js"),
  ];
  for (const place of places) {
    try {
      return createRequire(place).resolve("tsx");
    } catch {
      // It is not installed there; the next place may have it.
    }
  }
  return undefined;
}
