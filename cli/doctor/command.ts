// The options of `stdlambda doctor`.
import type { Command } from "commander";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { DoctorOptions } from "./doctor.ts";

const help = `
Looks at Node, the host, the sandbox, the folder's functions and who runs them here and on Lambda, the
settings of this shell, credentials and region, and the layers in DIR/dist. Nobody is called, unless
with --remote or --endpoint-url.

Exit status: 0, 1 when something is marked fail.

Examples:
  $ stdlambda doctor
  $ stdlambda doctor functions --remote --profile work
  $ stdlambda doctor --json`;

export function addDoctorCommand(
  program: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
): void {
  program
    .command("doctor")
    .description("say what of a set-up will not work, and what to do about it")
    .argument("[dir]", "the folder of the functions", ".")
    .option("--endpoint-url <url>", "also ask this service")
    .option("--remote", "also ask AWS, with your credentials")
    .option("--profile <name>", "the profile of AWS's configuration")
    .option("--region <name>", "the region of AWS")
    .option("--quiet", "print what is not ok alone")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", help)
    .action(async (directory: string, options: DoctorOptions) => {
      const { doctor } = await import("./doctor.ts");
      finish(await doctor(directory, options, surroundings));
    });
}
