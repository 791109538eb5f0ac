// `stdlambda layer publish`: its options.
import { nameForm, namePattern } from "../../../lambda/names.ts";
import { ofForm } from "../../options/option-values.ts";
import { addServiceOptions } from "../../options/service-options.ts";
import type { AddVerb } from "../../options/verb.ts";
import { addLayerOptions } from "../layer-options.ts";
import type { LayerPublishOptions } from "./publish.ts";

const help = `
Without --zip, it builds the layer as stdlambda layer build does by default. A layer whose bytes are
already published is not published again: the ARN stays the same. A layer belongs to one region and one
architecture.

Examples:
  $ stdlambda layer publish --region eu-central-1
  $ stdlambda layer publish --mode thin --arch arm64 --json
  $ stdlambda layer build --add jq=./jq && stdlambda layer publish --zip dist/layer-full-x86_64.zip`;

export const addLayerPublish: AddVerb = (layer, surroundings, finish) => {
  const publish = layer
    .command("publish")
    .description("publish a layer with the host, and print its ARN");
  addLayerOptions(publish)
    .option("--zip <file>", "a layer that is already built")
    .option(
      "--name <name>",
      "the layer's name (default: stdlambda-MODE-ARCHITECTURE)",
      ofForm(namePattern, nameForm),
    )
    .option("--s3-bucket <name>", "the bucket for a layer of more than 50 MB")
    .option("--dry-run", "only say whether it would be published");
  addServiceOptions(publish)
    .addHelpText("after", help)
    .action(async (options: LayerPublishOptions) => {
      const { layerPublish } = await import("./publish.ts");
      finish(await layerPublish(options, surroundings));
    });
};
