// The file that a package's name means, for `require` and for packages that only support `import`.
import { readFileSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

/**
 * Looks the package up from the folder, as a module in it would; undefined when it is not
 * installed.
 */
export function packageFile(name: string, directory: string): string | undefined {
  const from = join(directory, "index.js");
  try {
    return createRequire(from).resolve(name);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED"
      ? importFile(name, from)
      : undefined;
  }
}

// Node resolves with the condition `import` only from the importing module itself.
function importFile(name: string, from: string): string | undefined {
  const description = findPackageJSON(name, from);
  if (description === undefined) return undefined;
  const subpath = name.split("/").slice(name.startsWith("@") ? 2 : 1);
  const { exports } = JSON.parse(readFileSync(description, "utf8")) as { exports: unknown };
  const target = targetOf(exports, ["", ...subpath].join("/"));
  return target === undefined ? undefined : join(dirname(description), target);
}

function targetOf(exports: unknown, subpath: string): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  const entry = Object.entries(exports).find(([key]) =>
    key.startsWith(".")
      ? key === `.${subpath}`
      : ["import", "node", "module-sync", "default"].includes(key),
  );
  return targetOf(entry?.[1], subpath);
}
