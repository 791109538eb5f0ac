// Where the templates are: beside the bundle in the package, or in project/ in a checkout.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Absolute. Throws when the installation is incomplete. */
export function templateFolder(): string {
  const candidates = [
    join(import.meta.dirname, "templates"),
    join(import.meta.dirname, "../templates"),
  ];
  const found = candidates.find((candidate) => existsSync(join(candidate, "base")));
  if (found !== undefined) return found;
  throw new Error(
    `stdlambda's templates are missing (looked for ${candidates.join(" and ")}); install stdlambda again`,
  );
}
