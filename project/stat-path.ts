// What is at a path, for whoever only asks whether there is something.
import { lstatSync, type Stats, statSync } from "node:fs";

/** Undefined for what is not there, and for what cannot be looked at, such as a circle of links. */
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
