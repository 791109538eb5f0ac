// `stdlambda resolve`: what a handler setting means, and what was tried to find that out.
import { resolve as absolute, delimiter, dirname } from "node:path";
import { explainHandler } from "../../host/handler/explain.ts";
import { requireDirectory } from "../options/require-directory.ts";
import { createPalette, write } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

/** The exit status: 0 when the handler was found, else 1. */
export async function resolve(
  handler: string,
  options: { readonly root: string },
  { stdout, env }: Surroundings,
): Promise<number> {
  const root = await requireDirectory(absolute(options.root));
  const path = [dirname(process.execPath), env.PATH].join(delimiter);
  const { found, text } = explainHandler(handler, { ...env, LAMBDA_TASK_ROOT: root, PATH: path });
  const palette = createPalette(stdout, env);
  await write(stdout, `${found ? text : palette.red(text)}\n`);
  return found ? 0 : 1;
}
