// `stdlambda layer`: its verbs.
import type { AddVerb } from "../options/verb.ts";
import { addLayerBuild } from "./build/command.ts";
import { addLayerPublish } from "./publish/command.ts";

export const addLayer: AddVerb = (program, surroundings, finish) => {
  const layer = program.command("layer").description("build and publish layers with the runtime");
  addLayerBuild(layer, surroundings, finish);
  addLayerPublish(layer, surroundings, finish);
};
