// What a directory, a configuration file or a template declares about one function.

import type { Cors } from "@aws-sdk/client-lambda";
import type { Architecture } from "../lambda/architectures.ts";
import { currentRuntimes } from "../lambda/runtimes.ts";

/** The runtimes that this machine can run. */
export const declaredRuntimes = [...currentRuntimes, "provided.al2"] as const;

export type DeclaredRuntime = (typeof declaredRuntimes)[number];

export interface DeclaredUrl {
  readonly authType: "NONE" | "AWS_IAM";
  readonly invokeMode: "BUFFERED" | "RESPONSE_STREAM";
  readonly cors?: Cors;
}

/** What Lambda does with asynchronous invocations (AWS: PutFunctionEventInvokeConfig). */
export interface DeclaredEventInvoke {
  /** An alias or a version; undefined for the function itself. */
  readonly qualifier?: string;
  readonly maximumRetryAttempts?: number;
  /** Seconds. */
  readonly maximumEventAge?: number;
  /** ARNs. */
  readonly onSuccess?: string;
  readonly onFailure?: string;
}

export interface DeclaredFunction {
  /**
   * As Lambda allows it, 1 to 64 of `[a-zA-Z0-9-_]`; only `declareOnDemand` keeps the dots of the
   * name that was asked for.
   */
  readonly name: string;
  /** The logical id in a template, if the name is another. */
  readonly logicalId?: string;
  readonly handler: string;
  /** Absolute; the function's LAMBDA_TASK_ROOT. */
  readonly root: string;
  readonly runtime: DeclaredRuntime;
  /** Megabytes. */
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute paths of folders or zip files, or layer ARNs; the first is the lowest. */
  readonly layers: readonly string[];
  /** The alias that each deployment moves to a new version; the URL belongs to it. */
  readonly alias?: string;
  /** How many published versions there are, all with the current code. */
  readonly versions?: number;
  /** Aliases other than `alias`, by name, each with its version: a number or `$LATEST`. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly url?: DeclaredUrl;
  /** URLs of aliases that are not `alias`, by their names. */
  readonly aliasUrls?: Readonly<Record<string, DeclaredUrl>>;
  readonly eventInvoke?: readonly DeclaredEventInvoke[];
  readonly logFormat?: "Text" | "JSON";
  readonly applicationLogLevel?: "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";
  readonly systemLogLevel?: "DEBUG" | "INFO" | "WARN";
  /** Managed Instances: the ARN of the capacity provider. */
  readonly capacityProvider?: string;
  /** Managed Instances: how many invocations one environment runs at a time. */
  readonly maxConcurrency?: number;
  readonly snapStart?: boolean;
  readonly reservedConcurrency?: number;
  /** Megabytes of /tmp. */
  readonly ephemeralStorage?: number;
  readonly architecture?: Architecture;
  /** Variables of a template that only AWS, or whoever gives the parameters, knows: a name stands in. */
  readonly standIns?: readonly string[];
  /** The name of the file that declared it: `hello.ts`, `stdlambda.config.ts`, `template.yaml`. */
  readonly source: string;
}

export interface FunctionFault {
  /** The function's. */
  readonly name: string;
  /** With file, line and column if known. */
  readonly message: string;
}

export interface DeclaredFunctions {
  /** In the order of the file, or alphabetical for a directory. Names are unique. */
  readonly functions: readonly DeclaredFunction[];
  readonly kind: "directory" | "configuration" | "template";
  /** For the first screen: the file name of the configuration or template, or the directory. */
  readonly source: string;
  /** A sentence or two each, to be shown once. */
  readonly warnings: readonly string[];
  /** Functions that are declared but cannot be used, each with what is wrong; the others can be. */
  readonly faults: readonly FunctionFault[];
  /**
   * Absolute paths of the files that were read; when one changes, functions must be declared again.
   */
  readonly files: readonly string[];
}

type Loose<Type> = { [Key in keyof Type]: Type[Key] | undefined };
type Optional = {
  [Key in keyof DeclaredFunction as undefined extends DeclaredFunction[Key]
    ? Key
    : never]: DeclaredFunction[Key];
};

/** Makes the record, without members that are undefined. */
export function makeDeclaredFunction(
  required: Omit<DeclaredFunction, keyof Optional>,
  optional: Loose<Optional>,
): DeclaredFunction {
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { ...required, ...(Object.fromEntries(given) as Optional) };
}
