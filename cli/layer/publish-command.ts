// The options of `stdlambda layer publish`, beside those of `stdlambda layer build`.
import { type Command, Option } from "commander";
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
          .choices(["x86_64", "arm64"])
          .default("x86_64"),
      )
      .addOption(new Option("--node <major>", "Node of a full layer").choices(["22", "24", "26"]))
      .option("--zip <file>", "a layer that is built already")
      .option(
        "--name <name>",
        "the layer's name (default: stdlambda-MODE-ARCHITECTURE)",
        ofForm(/^[a-zA-Z0-9-_]{1,64}$/, "up to 64 letters, digits, - and _"),
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
