// The options that say which service a verb calls.
import type { Command } from "commander";

/** For every verb that shows or changes what is deployed. */
export function addServiceOptions(command: Command): Command {
  addEndpointOptions(command.optionsGroup("Where:"), {
    endpoint: "call this service, such as stdlambda dev, instead of AWS",
    remote: "call AWS even if AWS_ENDPOINT_URL is set",
  });
  return command
    .optionsGroup("Output:")
    .option("--quiet", "print only results, warnings and errors")
    .option("--json", "print the result as JSON");
}

/** For every verb that calls a service; what the first two mean depends on the verb. */
export function addEndpointOptions(
  command: Command,
  meaning: { readonly endpoint: string; readonly remote: string },
): Command {
  return command
    .option("--endpoint-url <url>", meaning.endpoint)
    .option("--remote", meaning.remote)
    .option("--profile <name>", "the profile in AWS's configuration files")
    .option("--region <name>", "the AWS region");
}
