// How a new project depends on stdlambda: by its version, or on the checkout that it is run from.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { version } from "../../host/version.ts";

/**
 * For the package.json in `folder`. What runs from a checkout may not be published anywhere, so npm
 * links the checkout. A published package has no sources in build/.
 */
export function ownDependency(folder: string): string {
  const checkout = [join(import.meta.dirname, ".."), join(import.meta.dirname, "../..")].find(
    (candidate) => existsSync(join(candidate, "project/templates")),
  );
  return checkout === undefined ? version : `file:${relative(folder, checkout)}`;
}
