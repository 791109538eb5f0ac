// What a directory, a configuration file or a template says of one function.

import type { Cors } from "@aws-sdk/client-lambda";
import type { Architecture } from "../lambda/architectures.ts";
import { currentRuntimes } from "../lambda/runtimes.ts";

/** The runtimes there is something to run with on this machine. */
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
   * As Lambda allows it, 1 to 64 of `[a-zA-Z0-9-_]`; only `declareOnDemand` keeps the dots of the name
   * it was asked for.
   */
  readonly name: string;
  /** Of a template, where its name is another. */
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
  /** How many published versions there are, all of the code as it is. */
  readonly versions?: number;
  /** `alias` and others: a version's number or `$LATEST` by the alias's name. */
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
  /** The file that declared it, by its name: `hello.ts`, `stdlambda.config.ts`, `template.yaml`. */
  readonly source: string;
}

export interface FunctionFault {
  /** The function's. */
  readonly name: string;
  /** With file, line and column where there is one. */
  readonly message: string;
}

export interface DeclaredFunctions {
  /** In the order of the file, or of the alphabet for a directory. Names are unique. */
  readonly functions: readonly DeclaredFunction[];
  readonly kind: "directory" | "configuration" | "template";
  /** For the first screen: the configuration's or template's file name, or the directory. */
  readonly source: string;
  /** A sentence or two each, to be shown once. */
  readonly warnings: readonly string[];
  /** Functions that are declared and cannot be used, each with what is wrong; the others can. */
  readonly faults: readonly FunctionFault[];
  /** Absolute paths of the files that were read; a change of one means declaring again. */
  readonly files: readonly string[];
}

type Loose<Type> = { [Key in keyof Type]: Type[Key] | undefined };
type Optional = {
  [Key in keyof DeclaredFunction as undefined extends DeclaredFunction[Key]
    ? Key
    : never]: DeclaredFunction[Key];
};

/** Makes the record; members that are undefined are left out of it. */
export function makeDeclaredFunction(
  required: Omit<DeclaredFunction, keyof Optional>,
  optional: Loose<Optional>,
): DeclaredFunction {
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { ...required, ...(Object.fromEntries(given) as Optional) };
}
