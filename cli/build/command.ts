// `stdlambda build`: its options.
import { Option } from "commander";
import { architectures } from "../../lambda/architectures.ts";
import { addPackageOptions } from "../options/package-options.ts";
import { addTemplateOptions } from "../options/template-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { BuildCommandOptions } from "./build.ts";

const help = `
The package of a Node script holds the files and npm packages that it imports. The package of any other
handler holds the whole folder, except node_modules, hidden files and files that may hold credentials.
PATTERN is relative to the function's folder; --include adds what no import names, --exclude wins.

Exit status: 0, 1 if a function cannot be built, 2 for incorrect usage.

Examples:
  $ stdlambda build
  $ stdlambda build hello report --arch arm64
  $ stdlambda build hello --bundle --include 'templates/**'
  $ stdlambda build hello --embed
  $ stdlambda build hello --format dir --flatten --out "$ARTIFACTS_DIR"
  $ stdlambda build hello --format oci && docker load -i dist/hello.oci.tar`;

export const addBuild: AddVerb = (program, surroundings, finish) => {
  const build = program
    .command("build")
    .description("build function packages: a zip, a folder or an image per function")
    .argument("[name...]", "functions, by name or handler (default: all)")
    .option("--root <dir>", "the folder that declares the functions", ".")
    .addOption(
      new Option("--format <format>", "what to build")
        .choices(["zip", "dir", "oci"])
        .default("zip"),
    )
    .option("--flatten", "with --format dir: put one function's files directly into --out")
    .addOption(
      new Option(
        "--arch <architecture>",
        "the processor (default: the function's own, or x86_64)",
      ).choices(architectures),
    );
  addPackageOptions(addTemplateOptions(build))
    .option("--base <dir>", "with --format oci: the image layout to build on")
    .option("--quiet", "print only warnings and errors")
    .option("--json", "print the result as JSON")
    .addHelpText("after", help)
    .action(async (names: string[], options: BuildCommandOptions) => {
      const { build } = await import("./build.ts");
      finish(await build(names, options, surroundings));
    });
};
