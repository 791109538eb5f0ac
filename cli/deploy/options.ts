// The options of a deployment, for `deploy` and `diff`.
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Architecture, architectures } from "../../lambda/architectures.ts";
import { roleArnPattern } from "../../lambda/arns.ts";
import { memory, timeout } from "../../lambda/limits.ts";
import { aliasForm, aliasPattern, nameForm, namePattern } from "../../lambda/names.ts";
import { collect, ofForm, wholeNumber } from "../options/option-values.ts";
import { addPackageOptions, type PackageFlags } from "../options/package-options.ts";
import { addServiceOptions } from "../options/service-options.ts";
import { addTemplateOptions, type TemplateOptions } from "../options/template-options.ts";
import { addVariableOptions, type VariableOptions } from "../options/variables.ts";
import type { ServiceOptions } from "../service/deploy-session.ts";

export interface DeployOptions
  extends ServiceOptions,
    VariableOptions,
    PackageFlags,
    TemplateOptions {
  readonly root: string;
  readonly name?: string;
  /** A package that is already built. */
  readonly zip?: string;
  readonly role?: string;
  readonly runtime?: string;
  readonly arch?: Architecture;
  /** Megabytes. */
  readonly memory?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly mergeEnv?: boolean;
  readonly layer?: readonly string[];
  /** `true` is a public URL; `false` is none at all. */
  readonly url?: boolean | "none" | "iam";
  readonly tag?: readonly string[];
  readonly reservedConcurrency?: number | "none";
  readonly tracing?: "active" | "passthrough";
  /** `false`: publishes no versions. */
  readonly alias: string | false;
  readonly s3Bucket?: string;
  readonly dryRun?: boolean;
  /** Of deploy: does not ask before it replaces another project's function. */
  readonly yes?: boolean;
  readonly showValues?: boolean;
  /** Of diff: exit status 1 when there are differences. */
  readonly exitCode?: boolean;
}

export function addDeployOptions(command: Command): Command {
  addTemplateOptions(command)
    .argument("[name...]", "functions, by name or handler (default: all)")
    .optionsGroup("The function:")
    .option("--root <dir>", "the folder that declares the functions", ".")
    .option(
      "--name <name>",
      "another name on Lambda, for one function",
      ofForm(namePattern, nameForm),
    )
    .option(
      "--role <arn>",
      "the execution role; a new function needs one",
      ofForm(roleArnPattern, arn),
    )
    .addOption(
      new Option(
        "--arch <architecture>",
        "the processor (default: the current one, or x86_64)",
      ).choices(architectures),
    )
    .option("--runtime <name>", "such as nodejs24.x, instead of the declared runtime")
    .option("--memory <MB>", "the memory", wholeNumber(memory.minimum, memory.maximum))
    .option("--timeout <seconds>", "the timeout", wholeNumber(timeout.minimum, timeout.maximum));
  addVariableOptions(command, "the function")
    .option("--merge-env", "keep the function's other variables")
    .option("--tag <name=value>", "a tag of the function; repeatable", collect)
    .option(
      "--reserved-concurrency <number>",
      'reserve this concurrency; "none" removes it',
      concurrency,
    )
    .addOption(new Option("--tracing <mode>", "X-Ray").choices(["active", "passthrough"]))
    .option(
      "--url [auth]",
      "a function URL: none is open to everybody (the default), iam is not",
      auth,
    )
    .option("--no-url", "no function URL; deletes an existing one")
    .option(
      "--alias <name>",
      "the alias that points to the deployed version",
      ofForm(aliasPattern, aliasForm),
      "live",
    )
    .option("--no-alias", "publish no version")
    .optionsGroup("The package:")
    .option("--zip <file>", "a package that is already built, for one function");
  addPackageOptions(command)
    .option(
      "--layer <layer>",
      "instead of the host's own layer: an ARN, a layer's name, ./FOLDER, ./FILE.zip, or none; repeatable",
      collect,
    )
    .option("--s3-bucket <name>", "the bucket for packages of more than 50 MB");
  return addServiceOptions(command).option("--show-values", "show the values of variables");
}

const arn =
  "the role's whole ARN; aws iam get-role --role-name NAME --query Role.Arn --output text prints it";

function auth(text: string): string {
  if (text === "none" || text === "iam") return text;
  throw new InvalidArgumentError("Give none or iam, or nothing.");
}

function concurrency(text: string): number | "none" {
  return text === "none" ? text : wholeNumber(0, 1_000_000)(text);
}
