// Where the host is: beside the bundle in the package, or in its own folder in a checkout.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The absolute path of `host/bootstrap`. Throws when the installation is incomplete. */
export function hostBootstrap(): string {
  const candidates = [
    join(import.meta.dirname, "host/bootstrap"),
    join(import.meta.dirname, "../../host/bootstrap"),
  ];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  throw new Error(
    `stdlambda's host is missing (looked for ${candidates.join(" and ")}); install stdlambda again`,
  );
}
