// `stdlambda events`: its options.
import type { Command } from "commander";
import { incorrectUsage } from "../../host/expected-error.ts";
import { collect } from "../options/option-values.ts";
import type { AddVerb } from "../options/verb.ts";

const help = `
The samples are written in the shapes that AWS documents; nothing is downloaded. PATH of --set leads
through objects and lists (Records.0.body or Records[0].body, ["a.b"] for a name with dots); VALUE is
JSON, or else a string. The last name may be new; the index after the last item adds one.

Exit status: 0, or 2 for incorrect usage.

Examples:
  $ stdlambda events
  $ stdlambda events list --json
  $ stdlambda events show sqs --set Records.0.body='{"orderId":7}' > event.json
  $ stdlambda invoke hello.ts -x sqs`;

export const addEvents: AddVerb = (program, surroundings) => {
  const events = program
    .command("events")
    .description("list and show sample events, for invoke -x and for your tests")
    .addHelpText("after", help);
  events
    .command("list", { isDefault: true })
    .description("list the sample events")
    .option("--json", "print JSON, with the AWS page that each sample follows")
    .allowExcessArguments()
    .action(async (options: { json?: boolean }, { args: [name] }: Command) => {
      if (name !== undefined) {
        throw incorrectUsage(`events has no command "${name}"`, {
          remedy: `To print a sample: stdlambda events show ${name}`,
        });
      }
      const { listEvents } = await import("./events.ts");
      await listEvents(options, surroundings);
    });
  events
    .command("show")
    .description("print a sample event")
    .argument("<name>", "the sample's name")
    .option("--set <path=value>", "change it; repeatable", collect)
    .action(async (name: string, options: { set?: string[] }) => {
      const { showEvent } = await import("./events.ts");
      await showEvent(name, options, surroundings);
    });
};
