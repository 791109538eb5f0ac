// The folder of a command must exist: getting that wrong is the first mistake of a new user.

import { stat } from "node:fs/promises";
import { incorrectUsage } from "../../host/expected-error.ts";

/** The folder's own option, or the command's argument. */
const given = {
  root: { what: "root", remedy: "Give the folder the handler is in with --root" },
  argument: {
    what: "directory",
    remedy: "Give the folder that holds the functions, as the argument",
  },
} as const;

/** The path itself. Throws an ExpectedError when it is not a directory. */
export async function requireDirectory(
  path: string,
  by: keyof typeof given = "root",
): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  const { what, remedy } = given[by];
  throw incorrectUsage(`the ${what} ${path} ${found ? "is not a directory" : "does not exist"}`, {
    remedy,
  });
}
