// `stdlambda list`: its options.
import { addServiceOptions } from "../options/service-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { ListOptions } from "./list.ts";

export const addList: AddVerb = (program, surroundings, finish) => {
  const list = program
    .command("list")
    .description("list the functions that stdlambda deployed")
    .option("--all", "also list functions that stdlambda did not deploy");
  addServiceOptions(list).action(async (options: ListOptions) => {
    const { list } = await import("./list.ts");
    finish(await list(options, surroundings));
  });
};
