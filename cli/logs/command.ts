// `stdlambda logs`: its options.
import { addEndpointOptions } from "../options/service-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { LogsOptions } from "./logs.ts";

const help = `
The service is --endpoint-url, else AWS_ENDPOINT_URL_CLOUDWATCH_LOGS, AWS_ENDPOINT_URL, else stdlambda
dev on http://127.0.0.1:9000; with --remote, AWS itself.

Exit status: 0, 1 if there is no such log or the service does not answer, 2 for incorrect usage.

Examples:
  $ stdlambda logs hello
  $ stdlambda logs hello --follow
  $ stdlambda logs hello --since 1h --filter ERROR
  $ stdlambda logs hello --remote --region eu-central-1`;

export const addLogs: AddVerb = (program, surroundings, finish) => {
  const logs = program
    .command("logs")
    .description("print a function's log, once or as it grows")
    .argument("<name>", "the function's name")
    .option("-f, --follow", "keep printing new events")
    .option("-s, --since <time>", "a span such as 10m, or a time", "10m")
    .option(
      "--filter <pattern>",
      'a CloudWatch filter pattern, such as ERROR or { $.level = "ERROR" }',
    );
  addEndpointOptions(logs, {
    endpoint: "the service (default: stdlambda dev)",
    remote: "read from CloudWatch itself, with your credentials",
  })
    .addHelpText("after", help)
    .action(async (name: string, options: LogsOptions) => {
      const { logs } = await import("./logs.ts");
      finish(await logs(name, options, surroundings));
    });
};
