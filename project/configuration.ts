// What a user writes in stdlambda.config.ts or stdlambda.config.json.

/** AWS's own settings of a function URL's CORS (AWS: "Lambda API reference", Cors). */
interface CorsConfiguration {
  readonly allowCredentials?: boolean;
  readonly allowHeaders?: readonly string[];
  readonly allowMethods?: readonly string[];
  readonly allowOrigins?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  /** Seconds. */
  readonly maxAge?: number;
}

export interface UrlConfiguration {
  /** `none` allows everybody. @default "none" */
  readonly auth?: "none" | "iam";
  /** Whether responses are sent while they are written. @default false */
  readonly stream?: boolean;
  readonly cors?: CorsConfiguration;
}

/** Everything but the handler, so that it can stand in `defaults` too. */
export interface FunctionDefaults {
  /** The function's folder, relative to the file. @default the file's own folder */
  readonly root?: string;
  /** @default "provided.al2023" */
  readonly runtime?:
    | "provided.al2023"
    | "provided.al2"
    | "nodejs22.x"
    | "nodejs24.x"
    | "nodejs26.x"
    | "python3.9"
    | "python3.10"
    | "python3.11"
    | "python3.12"
    | "python3.13"
    | "python3.14"
    | "python3.15"
    | "ruby3.2"
    | "ruby3.3"
    | "ruby3.4"
    | "ruby4.0";
  /** Megabytes. @default 128, as on Lambda; 2,048 on Managed Instances */
  readonly memory?: number;
  /** Seconds. @default 3, as on Lambda */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, string | number | boolean>>;
  /** Folders or zip files, relative to the file, or layer ARNs; the first is the lowest. */
  readonly layers?: readonly string[];
  /** How long a script lives: short for `STDLAMBDA_MODE` in the environment. @default "auto" */
  readonly mode?: "auto" | "main" | "prefork" | "spawn" | "prestart" | "loop" | "web";
  /** `true` for a public function URL, `"iam"` for one that requires a signature. */
  readonly url?: boolean | "iam" | UrlConfiguration;
  /** @default "text" */
  readonly logFormat?: "text" | "json";
  readonly applicationLogLevel?: "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";
  readonly systemLogLevel?: "DEBUG" | "INFO" | "WARN";
  /** Managed Instances: the ARN of the capacity provider that a deployed function runs on. */
  readonly capacityProvider?: string;
  /** As on Managed Instances: how many invocations one environment runs at a time. */
  readonly maxConcurrency?: number;
  readonly snapStart?: boolean;
  readonly reservedConcurrency?: number;
  /** Megabytes of /tmp. */
  readonly ephemeralStorage?: number;
  readonly architecture?: "x86_64" | "arm64";
}

export interface FunctionConfiguration extends FunctionDefaults {
  readonly handler: string;
}

export interface Configuration {
  /** By name; a string is short for `{ handler: string }`. */
  readonly functions: Readonly<Record<string, string | FunctionConfiguration>>;
  /**
   * For every function: its own values win, variables are merged, and these layers come before its
   * own.
   */
  readonly defaults?: FunctionDefaults;
}
