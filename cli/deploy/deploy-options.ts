// The options of `stdlambda deploy` and `stdlambda diff`, as they were read.
import type { Architecture } from "../../lambda/architectures.ts";
import type { VariableOptions } from "../options/function-variables.ts";
import type { ServiceOptions } from "../service/deploy-session.ts";

export interface DeployCommandOptions extends ServiceOptions, VariableOptions {
  readonly root: string;
  readonly out: string;
  readonly name?: string;
  /** A package that is built already. */
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
  /** `true` is everybody; `false` is none at all. */
  readonly url?: boolean | "none" | "iam";
  readonly tag?: readonly string[];
  readonly reservedConcurrency?: number | "none";
  readonly tracing?: "active" | "passthrough";
  /** `false`: publishes no versions. */
  readonly alias: string | false;
  readonly s3Bucket?: string;
  readonly bundle?: boolean;
  readonly embed?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly external?: readonly string[];
  readonly dryRun?: boolean;
  readonly showValues?: boolean;
  /** Of diff: 1 when there are differences. */
  readonly exitCode?: boolean;
}
