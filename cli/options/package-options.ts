// The options of a function's package, for every verb that builds one.
import type { Command } from "commander";
import { collect } from "./option-values.ts";

export interface PackageFlags {
  readonly out: string;
  readonly bundle?: boolean;
  readonly embed?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly external?: readonly string[];
}

export function addPackageOptions(command: Command): Command {
  return command
    .option("-o, --out <dir>", "the folder for the packages", "dist")
    .option("--bundle", "bundle the script and its imports into one file, with a source map")
    .option("--embed", "put the host into the function, so that it needs no layer")
    .option("--include <pattern>", "add files; repeatable", collect)
    .option("--exclude <pattern>", "leave files out; repeatable", collect)
    .option("--external <package>", "an npm package that a layer provides; repeatable", collect);
}
