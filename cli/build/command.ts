// The options of `stdlambda build`.

import { type Command, Option } from "commander";
import { architectures } from "../../lambda/architectures.ts";
import { collect } from "../options/option-values.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { BuildCommandOptions } from "./build.ts";

const help = `
A script of Node is packed with the files and npm packages it imports; of any other handler the whole
folder is taken, without node_modules, hidden files and what may hold credentials. PATTERN and PATH are
relative to the function's folder; --include takes in what no import names, --exclude wins.

Exit status: 0, 1 when a function cannot be packed, 2 for a mistake in the call.

Examples:
  $ stdlambda build
  $ stdlambda build hello report --arch arm64
  $ stdlambda build hello --bundle --include 'templates/**'
  $ stdlambda build hello --embed
  $ stdlambda build hello --format dir --flatten --out "$ARTIFACTS_DIR"
  $ stdlambda build hello --format oci && docker load -i dist/hello.oci.tar`;

export function addBuildCommand(
  program: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
): void {
  program
    .command("build")
    .description("make function packages: a zip, a folder or an image for each function")
    .argument("[name...]", "functions by their names or handlers (default: all of them)")
    .option("--root <dir>", "the folder that declares the functions", ".")
    .option("-o, --out <dir>", "the folder for the packages", "dist")
    .addOption(
      new Option("--format <format>", "what is made").choices(["zip", "dir", "oci"]).default("zip"),
    )
    .option("--flatten", "with --format dir: one function's files straight into --out")
    .addOption(
      new Option(
        "--arch <architecture>",
        "the processor (default: the function's own, or x86_64)",
      ).choices(architectures),
    )
    .option("--bundle", "one file by esbuild, of any TypeScript, with its source map")
    .option("--embed", "the host inside the function, so that it needs no layer")
    .option("--include <pattern>", "more files; may be repeated", collect)
    .option("--exclude <pattern>", "files to leave out; may be repeated", collect)
    .option("--external <package>", "an npm package that a layer brings; may be repeated", collect)
    .option("--base <dir>", "with --format oci: the image layout to build upon")
    .option("--quiet", "say nothing but warnings and errors")
    .option("--json", "print the result as JSON")
    .addHelpText("after", help)
    .action(async (names: string[], options: BuildCommandOptions) => {
      const { build } = await import("./build.ts");
      finish(await build(names, options, surroundings));
    });
}
