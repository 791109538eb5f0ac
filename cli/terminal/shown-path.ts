// A path as the user would write it.
import { relative } from "node:path";

/** Relative if it is below the working directory, otherwise as it is. */
export function shownPath(path: string): string {
  const way = relative("", path);
  return way === "" ? "." : way.startsWith("..") ? path : way;
}
