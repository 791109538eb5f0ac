// A function's folder must be one: the first mistake a user makes with --root.

import { stat } from "node:fs/promises";
import { incorrectUsage } from "../../host/expected-error.ts";

/** The path itself. Throws an ExpectedError when it is no directory. */
export async function requireDirectory(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  const why = found ? "is not a directory" : "does not exist";
  throw incorrectUsage(`the root ${path} ${why}`, {
    remedy: "Give the folder the handler is in with --root",
  });
}
