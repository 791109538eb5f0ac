// The options of `stdlambda layer build`.

import { type Command, Option } from "commander";
import { architectures } from "../../lambda/architectures.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { nodeMajors, usualNode } from "../../lambda/node.ts";
import { collect } from "../options/option-values.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { LayerBuildOptions } from "./build.ts";

/** Adds `build` to the command `layer`. */
export function addLayerBuildCommand(
  layer: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
): void {
  layer
    .command("build")
    .description("build a layer with the runtime, as a zip to publish")
    .addOption(
      new Option("--mode <mode>", "full: with Node, for provided.al2023; thin: for nodejs24.x")
        .choices(["full", "thin"])
        .default("full"),
    )
    .addOption(
      new Option("--node <version>", `Node of a full layer (default: ${usualNode})`).choices(
        nodeMajors,
      ),
    )
    .addOption(
      new Option("--arch <architecture>", "the processor of its functions")
        .choices(architectures)
        .default(lambdaDefaults.architecture),
    )
    .option("--tsx", "bring tsx, for TypeScript that Node cannot strip (default: with full)")
    .option("--no-tsx", "leave tsx out")
    .option("--no-compile", "leave the host's compiled code out, which the layer's Node makes here")
    .option("--add <name=path>", "a program for /opt/bin; may be repeated", collect)
    .option("--with <package@version>", "an npm package for scripts; may be repeated", collect)
    .option("--lock <file>", "what --with resolved to", "stdlambda-layer.lock.json")
    .option("-o, --out <path>", "the folder for it, or a name ending in .zip", "dist")
    .option("--json", "print the result as JSON")
    .option("-q, --quiet", "print no progress")
    .addHelpText("after", help)
    .action(async (options: LayerBuildOptions) => {
      const { layerBuild } = await import("./build.ts");
      finish(await layerBuild(options, surroundings));
    });
}

const help = `
Writes DIST/layer-MODE-ARCH.zip. Node and tsx come from npm's registry, as your npm is set up, at exact
versions and verified; they are kept in your cache folder. The same call gives the same bytes again.

A full layer is for functions on provided.al2023. A thin one has no Node: it is for functions on
nodejs22.x, nodejs24.x or nodejs26.x with AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap.

NAME of --add is a program in /opt/bin, or with a slash a place in /opt: lib/libpq.so.5=PATH.

Exit status: 0, 1 when the layer cannot be built, 2 for a mistake in the call.

Examples:
  $ stdlambda layer build
  $ stdlambda layer build --mode thin
  $ stdlambda layer build --arch arm64 --add jq=./jq-linux-arm64
  $ stdlambda layer build --with fast-xml-parser@5.3.2 --with @aws-sdk/client-s3@3.1162.0`;
