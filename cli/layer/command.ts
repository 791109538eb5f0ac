// `stdlambda layer`: the verbs for layers.
import type { Command } from "commander";
import type { Surroundings } from "../terminal/surroundings.ts";
import { addLayerBuildCommand } from "./build-command.ts";
import { addLayerPublishCommand } from "./publish-command.ts";

export function addLayerCommand(
  program: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
): void {
  const layer = program.command("layer").description("build and publish layers with the runtime");
  addLayerBuildCommand(layer, surroundings, finish);
  addLayerPublishCommand(layer, surroundings, finish);
}
