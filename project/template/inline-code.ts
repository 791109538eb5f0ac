// Code that stands in the template itself, as the file that CloudFormation makes of it.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** AWS: "AWS::Lambda::Function Code". Undefined for a runtime that has no such code. */
function fileName(runtime: string): string | undefined {
  if (runtime.startsWith("nodejs")) return "index.js";
  return runtime.startsWith("python") ? "index.py" : undefined;
}

/**
 * The folder with the file, in `.stdlambda` beside the template; it is another one when the code is.
 * Undefined where there can be none.
 */
export function inlineFolder(
  code: string,
  { name, runtime, template }: { name: string; runtime: string; template: string },
): string | undefined {
  const file = fileName(runtime);
  if (file === undefined) return undefined;
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 8);
  const folder = join(dirname(template), ".stdlambda/inline", `${name}-${hash}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), code);
    return folder;
  } catch {
    return undefined; // A folder that cannot be written to.
  }
}
