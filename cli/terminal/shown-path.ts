// A path as the user would write it.
import { relative } from "node:path";

/** Relative to the working directory where it is below it, else as it is. */
export function shownPath(path: string): string {
  const way = relative("", path);
  return way === "" ? "." : way.startsWith("..") ? path : way;
}
