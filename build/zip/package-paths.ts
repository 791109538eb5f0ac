// The paths of a package in order; a path that could mean another place is refused.

import { hasControlCharacter } from "../../host/control-characters.ts";
import { ExpectedError } from "../../host/expected-error.ts";
import type { PackageFile } from "./package-file.ts";

/**
 * The files sorted by the bytes of their names, so that no locale and no directory order matters.
 * @throws ExpectedError for a path that an unpacker would refuse or put elsewhere, and for
 * duplicates.
 */
export function checkPaths(files: readonly PackageFile[]): PackageFile[] {
  const sorted = files
    .map((file) => ({ file, name: Buffer.from(file.path) }))
    .sort((a, b) => Buffer.compare(a.name, b.name))
    .map(({ file }) => file);
  const paths = new Set<string>();
  for (const { path } of sorted) {
    const fault = faultOf(path);
    if (fault !== undefined) throw refusal(path, fault);
    if (paths.has(path)) throw refusal(path, "is there twice");
    paths.add(path);
  }
  for (const path of paths) {
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end);
      if (paths.has(folder)) throw refusal(folder, `is a file and, by ${path}, a folder`);
    }
  }
  return sorted;
}

function faultOf(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
  if (path.includes("\\")) return "has a backslash";
  if (hasControlCharacter(path)) return "has a control character";
  if (!path.isWellFormed() || path.includes("\ufffd")) return "is not UTF-8";
  const odd = path.split("/").find((segment) => ["", ".", ".."].includes(segment));
  return odd === undefined ? undefined : `has "${odd}" for a segment`;
}

function refusal(path: string, fault: string): ExpectedError {
  return new ExpectedError(`the path ${JSON.stringify(path)} ${fault}: rename it or leave it out`);
}
