// Finds tsx for the scripts that need more than type stripping, and makes it load.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { HostError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { whyNodeCannotStrip } from "../source/typescript.ts";

/**
 * The path of tsx's loader when the script needs it, else undefined.
 * @throws HostError `Runtime.TypeScriptLoaderNotFound` when it is needed and nowhere to be found.
 */
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
  const loader = findTsx(script, taskRoot);
  if (loader !== undefined) return loader;
  throw new HostError(
    "Runtime.TypeScriptLoaderNotFound",
    `Node cannot run ${script} as it is: ${reason}. Add tsx beside it (npm install tsx), bring it in a layer (nodejs/node_modules), bundle the script, or use only erasable TypeScript.`,
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
