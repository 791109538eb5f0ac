// The types of the errors that the local service reports where no runtime could.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "../../host/errors.ts";

const checkout = join(import.meta.dirname, "../..");

/** Those of the sources of local/ that are none of the host's own, but the one both have. */
export function platformErrors(): Set<string> {
  const types = globSync("local/**/*.ts", { cwd: checkout }).flatMap((file) =>
    [
      ...readFileSync(join(checkout, file), "utf8").matchAll(
        /"((?:Runtime|Function|Sandbox|Extension)\.[A-Z]\w+)"/g,
      ),
    ].map(([, type = ""]) => type),
  );
  return new Set(
    types.filter((type) => type === "Function.ResponseSizeTooLarge" || !(type in errorTable)),
  );
}
