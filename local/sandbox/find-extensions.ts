// The external extensions in the layers of a function.
import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";

/** Lambda starts what is executable in /opt/extensions (AWS: "Lambda extensions"). */
export function findExtensions(opt: string): string[] {
  const folder = join(opt, "extensions");
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    // No layer has any.
    return [];
  }
  return names.filter((name) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
