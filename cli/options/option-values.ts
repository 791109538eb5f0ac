// What options take: lists, and numbers within Lambda's own limits.
import { type Command, InvalidArgumentError } from "commander";

/** An option that may be repeated. */
export function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

/** A whole number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** A text of a certain form; `what` says which. */
export function ofForm(form: RegExp, what: string): (text: string) => string {
  return (text) => {
    if (form.test(text)) return text;
    throw new InvalidArgumentError(`Give ${what}.`);
  };
}

/** Which Lambda it goes to, and how much is said; of every verb that works on what is deployed. */
export function addServiceOptions(command: Command): Command {
  return command
    .optionsGroup("Where to:")
    .option("--endpoint-url <url>", "a service such as stdlambda dev's, in the place of AWS")
    .option("--remote", "AWS itself, also where AWS_ENDPOINT_URL is set")
    .option("--profile <name>", "the profile of AWS's configuration")
    .option("--region <name>", "the region of AWS")
    .optionsGroup("Output:")
    .option("--quiet", "say nothing but results, warnings and errors")
    .option("--json", "print the result as JSON");
}
