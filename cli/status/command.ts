// `stdlambda status`: its options.
import { addServiceOptions } from "../options/service-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { ServiceOptions } from "../service/deploy-session.ts";

export const addStatus: AddVerb = (program, surroundings, finish) => {
  const status = program
    .command("status")
    .description("show a deployed function: its state, versions, aliases and URLs")
    .argument("<name>", "the function's name");
  addServiceOptions(status).action(async (name: string, options: ServiceOptions) => {
    const { status } = await import("./status.ts");
    finish(await status(name, options, surroundings));
  });
};
