// Whether a path is a folder, or is in it.
import { relative, sep } from "node:path";

export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !way.startsWith(sep);
}
