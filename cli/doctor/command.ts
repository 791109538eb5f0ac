// `stdlambda doctor`: its options.
import { addEndpointOptions } from "../options/service-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { DoctorOptions } from "./doctor.ts";

const help = `
Checks Node, the host, the sandbox, the folder's functions and what runs them here and on Lambda, the
settings in this shell, credentials and region, and the layers in DIR/dist. It calls no service, except
with --remote or --endpoint-url.

Exit status: 0, 1 if a check failed, 2 for incorrect usage.

Examples:
  $ stdlambda doctor
  $ stdlambda doctor functions --remote --profile work
  $ stdlambda doctor --json`;

export const addDoctor: AddVerb = (program, surroundings, finish) => {
  const doctor = program
    .command("doctor")
    .description("check this setup, and say what to do about each problem")
    .argument("[dir]", "the folder of the functions", ".");
  addEndpointOptions(doctor, {
    endpoint: "also check this service",
    remote: "also check AWS, with your credentials",
  })
    .option("--quiet", "print only problems")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", help)
    .action(async (directory: string, options: DoctorOptions) => {
      const { doctor } = await import("./doctor.ts");
      finish(await doctor(directory, options, surroundings));
    });
};
