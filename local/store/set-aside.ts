// Moves a damaged file out of the way without losing it.
import { link, rename, rm } from "node:fs/promises";
import { errorCode } from "./disk-failure.ts";

/** Gives the new path, or undefined when the file could not be moved. */
export async function setAside(path: string, now = new Date()): Promise<string | undefined> {
  const stamp = now.toISOString().replace(/[-:.]/g, "");
  for (let number = 1; number < 100; number++) {
    const target = `${path}.damaged-${stamp}${number === 1 ? "" : `-${number}`}`;
    try {
      // A link never replaces an older damaged file, as a rename would.
      await link(path, target);
      await rm(path);
      return target;
    } catch (error) {
      if (errorCode(error) === "EEXIST") continue;
      return rename(path, target).then(
        () => target,
        () => undefined,
      );
    }
  }
  return undefined;
}
