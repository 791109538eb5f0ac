// `stdlambda layer build`: its options.
import { collect } from "../../options/option-values.ts";
import type { AddVerb } from "../../options/verb.ts";
import { addLayerOptions } from "../layer-options.ts";
import type { LayerBuildOptions } from "./build.ts";

const help = `
Writes DIST/layer-MODE-ARCH.zip. Node and tsx come from npm's registry, by your own npm configuration, in
exact, verified versions; they are kept in your cache folder. The same call gives the same bytes.

A full layer is for functions on provided.al2023. A thin layer has no Node: it is for functions on
nodejs22.x, nodejs24.x or nodejs26.x that set AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap.

NAME of --add is a program in /opt/bin or, with a slash, a path in /opt: lib/libpq.so.5=PATH.

Exit status: 0, 1 if the layer cannot be built, 2 for incorrect usage.

Examples:
  $ stdlambda layer build
  $ stdlambda layer build --mode thin
  $ stdlambda layer build --arch arm64 --add jq=./jq-linux-arm64
  $ stdlambda layer build --with fast-xml-parser@5.3.2 --with @aws-sdk/client-s3@3.1162.0`;

export const addLayerBuild: AddVerb = (layer, surroundings, finish) => {
  const build = layer.command("build").description("build a layer with the runtime, as a zip");
  addLayerOptions(build)
    .option("--tsx", "include tsx, for TypeScript that Node cannot strip (default of full layers)")
    .option("--no-tsx", "leave tsx out")
    .option("--no-compile", "leave out the host's compiled code, which the layer's Node makes here")
    .option("--add <name=path>", "add a program to /opt/bin; repeatable", collect)
    .option("--with <package@version>", "add an npm package for scripts; repeatable", collect)
    .option("--lock <file>", "the lock file of --with", "stdlambda-layer.lock.json")
    .option("-o, --out <path>", "the folder, or a file name that ends in .zip", "dist")
    .option("--json", "print the result as JSON")
    .option("-q, --quiet", "print no progress")
    .addHelpText("after", help)
    .action(async (options: LayerBuildOptions) => {
      const { layerBuild } = await import("./build.ts");
      finish(await layerBuild(options, surroundings));
    });
};
