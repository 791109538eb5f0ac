// A function as it should be: what is declared, and the command's options, which override it.

import type {
  CapacityProviderConfig,
  Cors,
  FunctionUrlAuthType,
  InvokeMode,
  LoggingConfig,
  Runtime,
  SnapStart,
  TracingConfig,
} from "@aws-sdk/client-lambda";
import { version } from "../host/version.ts";
import type { Architecture } from "../lambda/architectures.ts";
import type { DeclaredFunction, DeclaredFunctions } from "../project/declared-function.ts";
import { ownTag, projectTag } from "./owner.ts";

/** The settings that deploy compares and sends; a member that is missing is left as it is. */
export interface WantedSettings {
  readonly Role?: string;
  readonly Runtime?: Runtime;
  readonly Handler?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly EphemeralStorage?: { readonly Size: number };
  readonly LoggingConfig?: LoggingConfig;
  readonly SnapStart?: SnapStart;
  readonly CapacityProviderConfig?: CapacityProviderConfig;
  readonly TracingConfig?: TracingConfig;
}

export interface WantedEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** `merge` keeps variables of the function that are not named here. */
  readonly rule: "replace" | "merge";
  /** Variables that the function keeps as they are, because nothing here knows their values. */
  readonly unknown: readonly string[];
}

export interface WantedUrl {
  readonly AuthType: FunctionUrlAuthType;
  readonly InvokeMode: InvokeMode;
  readonly Cors?: Cors;
}

export interface WantedFunction {
  readonly name: string;
  readonly settings: WantedSettings;
  /** What a new function gets in addition. */
  readonly atCreation: WantedSettings;
  readonly environment: WantedEnvironment;
  /** Undefined: that of the function, or x86_64 for a new one, as on Lambda. */
  readonly architecture: Architecture | undefined;
  /** Paths and ARNs of the function's own layers, without the host's. */
  readonly layers: readonly string[];
  /** Whether to keep layers that somebody attached by hand. */
  readonly keepsOtherLayers: boolean;
  /** `remove`: it must have none; undefined: the present one stays. */
  readonly url: WantedUrl | "remove" | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** `none` returns it to the account's pool; undefined: it stays as it is. */
  readonly reservedConcurrency: number | "none" | undefined;
  /** The alias that each deployment moves to a new version; undefined: no versions are published. */
  readonly alias: string | undefined;
}

export interface DeployOverrides {
  /** The project that deploys. */
  readonly project: string;
  /** For one function only: another name on Lambda. */
  readonly name?: string | undefined;
  /** ARN. */
  readonly role?: string | undefined;
  /** ARN, for a new function when no other is given. */
  readonly roleAtCreation?: string | undefined;
  readonly runtime?: string | undefined;
  /** Megabytes. */
  readonly memory?: number | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** From `--env` and `--env-file`; undefined when neither was given. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly mergeEnvironment?: boolean | undefined;
  readonly architecture?: Architecture | undefined;
  readonly url?: "none" | "iam" | "remove" | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly reservedConcurrency?: number | "none" | undefined;
  readonly tracing?: "Active" | "PassThrough" | undefined;
  readonly alias: string | undefined;
}

/**
 * A folder without a configuration file says nothing about memory, time, variables or a URL: these
 * are set when the function is created, and left alone afterwards. A configuration declares all of
 * them.
 */
export function wantFunction(
  declared: DeclaredFunction,
  kind: DeclaredFunctions["kind"],
  overrides: DeployOverrides,
): WantedFunction {
  const isConfigured = kind !== "directory";
  const declaredSize = { MemorySize: declared.memory, Timeout: declared.timeout };
  return {
    name: overrides.name ?? declared.name,
    settings: {
      ...(isConfigured && declaredSize),
      ...settingsOf(declared),
      ...given({
        Role: overrides.role,
        Runtime: overrides.runtime as Runtime | undefined,
        MemorySize: overrides.memory,
        Timeout: overrides.timeout,
        TracingConfig: overrides.tracing && { Mode: overrides.tracing },
      }),
    },
    atCreation: {
      ...(!isConfigured && declaredSize),
      ...given({ Role: overrides.roleAtCreation }),
    },
    environment: wantEnvironment(declared, isConfigured, overrides),
    architecture: overrides.architecture ?? declared.architecture,
    layers: declared.layers,
    keepsOtherLayers: !isConfigured,
    url: wantUrl(declared, isConfigured, overrides.url),
    tags: { ...overrides.tags, [ownTag]: version, [projectTag]: overrides.project },
    reservedConcurrency: overrides.reservedConcurrency ?? declared.reservedConcurrency,
    alias: overrides.alias,
  };
}

function settingsOf(declared: DeclaredFunction): WantedSettings {
  const { logFormat, applicationLogLevel, systemLogLevel, ephemeralStorage } = declared;
  const logging = given({
    LogFormat: logFormat,
    ApplicationLogLevel: applicationLogLevel,
    SystemLogLevel: systemLogLevel,
  });
  return {
    Runtime: declared.runtime as Runtime,
    Handler: declared.handler,
    ...(Object.keys(logging).length > 0 && { LoggingConfig: logging }),
    ...(ephemeralStorage !== undefined && { EphemeralStorage: { Size: ephemeralStorage } }),
    ...capacityOf(declared),
    ...(declared.snapStart && { SnapStart: { ApplyOn: "PublishedVersions" as const } }),
  };
}

/** Without a provider the function does not differ, whatever its concurrency here. */
function capacityOf({ capacityProvider, maxConcurrency }: DeclaredFunction): WantedSettings {
  if (capacityProvider === undefined) return {};
  return {
    CapacityProviderConfig: {
      LambdaManagedInstancesCapacityProviderConfig: {
        CapacityProviderArn: capacityProvider,
        ...(maxConcurrency !== undefined && {
          PerExecutionEnvironmentMaxConcurrency: maxConcurrency,
        }),
      },
    },
  };
}

function wantEnvironment(
  declared: DeclaredFunction,
  isConfigured: boolean,
  { environment, mergeEnvironment = false }: DeployOverrides,
): WantedEnvironment {
  const unknown = (declared.standIns ?? []).filter((name) => environment?.[name] === undefined);
  const all = Object.entries({ ...declared.environment, ...environment });
  const variables = Object.fromEntries(all.filter(([name]) => !unknown.includes(name)));
  const saysAll = isConfigured || environment !== undefined;
  return { variables, rule: saysAll && !mergeEnvironment ? "replace" : "merge", unknown };
}

function wantUrl(
  declared: DeclaredFunction,
  isConfigured: boolean,
  asked: DeployOverrides["url"],
): WantedFunction["url"] {
  if (asked === "remove") return "remove";
  const { url } = declared;
  if (asked === undefined && url === undefined) return isConfigured ? "remove" : undefined;
  const authType = asked && ({ none: "NONE", iam: "AWS_IAM" } as const)[asked];
  return {
    AuthType: authType ?? url?.authType ?? "NONE",
    InvokeMode: url?.invokeMode ?? "BUFFERED",
    ...(url?.cors && { Cors: url.cors }),
  };
}

type Given<Type> = { [Key in keyof Type]?: Exclude<Type[Key], undefined> };

/** Without the members that are undefined. */
function given<Type extends object>(members: Type): Given<Type> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<Type>;
}
