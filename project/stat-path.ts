// What is at a path, for code that only asks whether something is there.
import { lstatSync, type Stats, statSync } from "node:fs";

/** Undefined if nothing is there, or if it cannot be looked at, as with a circle of links. */
export function statPath(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** A link that leads nowhere, or in a circle. */
export function isDanglingLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink() && statPath(path) === undefined;
  } catch {
    return false;
  }
}
