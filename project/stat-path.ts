// What is at a path, for whoever only asks whether there is something.
import { type Stats, statSync } from "node:fs";

/** Undefined for what is not there, for a link that leads nowhere or in a circle, and for what may not be looked at. */
export function statPath(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
