// The path of a zip's entry inside the package, or a refusal.
import { hasControlCharacter } from "../../host/control-characters.ts";
import { refuseEntry } from "./refuse-zip.ts";

/**
 * Relative, with `/` between its segments and none of `.` and `..`; empty for the package itself.
 * @throws ServiceError for a name that means another place somewhere.
 */
export function entryPath(name: string): string {
  if (name === "") throw refuseEntry(name, "has no name");
  if (hasControlCharacter(name)) throw refuseEntry(name, "has a control character in its name");
  if (name.includes("\\")) throw refuseEntry(name, "has a backslash in its name; use / instead");
  if (name.startsWith("/")) throw refuseEntry(name, "has an absolute path");
  if (/^[A-Za-z]:/.test(name)) throw refuseEntry(name, "has a path with a drive letter");
  const segments = name.split("/");
  if (segments.includes("..")) throw refuseEntry(name, "leaves the package with ..");
  // Some tools write ./index.js, and a directory ends with a slash.
  return segments.filter((segment) => segment !== "" && segment !== ".").join("/");
}
