// The options of `stdlambda layer publish`, beside those of `stdlambda layer build`.

import { type Command, Option } from "commander";
import { architectures } from "../../lambda/architectures.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { nameForm, namePattern } from "../../lambda/names.ts";
import { nodeMajors } from "../../lambda/node.ts";
import { addServiceOptions, ofForm } from "../options/option-values.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { LayerPublishOptions } from "./publish.ts";

const help = `
Without --zip the layer is built as stdlambda layer build does without options. What is published with
the same bytes already is found and not published again: the ARN is the same as before. Layers are of
one region and one architecture each.

Examples:
  $ stdlambda layer publish --region eu-central-1
  $ stdlambda layer publish --mode thin --arch arm64 --json
  $ stdlambda layer build --add jq=./jq && stdlambda layer publish --zip dist/layer-full-x86_64.zip`;

/** `layer`: the command that `stdlambda layer build` belongs to. */
export function addLayerPublishCommand(
  layer: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
): void {
  addServiceOptions(
    layer
      .command("publish")
      .description("publish a layer with the host, and print its ARN")
      .addOption(
        new Option("--mode <mode>", "full, with Node; thin, for AWS's Node runtimes")
          .choices(["full", "thin"])
          .default("full"),
      )
      .addOption(
        new Option("--arch <architecture>", "the functions' processor")
          .choices(architectures)
          .default(lambdaDefaults.architecture),
      )
      .addOption(new Option("--node <major>", "Node of a full layer").choices(nodeMajors))
      .option("--zip <file>", "a layer that is built already")
      .option(
        "--name <name>",
        "the layer's name (default: stdlambda-MODE-ARCHITECTURE)",
        ofForm(namePattern, nameForm),
      )
      .option("--s3-bucket <name>", "the bucket for a layer of more than 50 MB")
      .option("--dry-run", "only say whether it would be published"),
  )
    .addHelpText("after", help)
    .action(async (options: LayerPublishOptions) => {
      const { layerPublish } = await import("./publish.ts");
      finish(await layerPublish(options, surroundings));
    });
}
