// The one table of settings: what a user may set, and what the platform gives.
import { snapStart } from "../lambda/initialization-type.ts";
import { HostError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/**
 * Every setting of the host: its variable, its values (the first is the default) and its meaning.
 * One that is not a choice has a description of the values that fit, and of the meaning when it is
 * not set.
 */
export const settings = [
  {
    name: "STDLAMBDA_MODE",
    values: ["auto", "main", "prefork", "spawn", "prestart", "loop", "web"],
    meaning:
      "How a script lives. `auto`: `main` if it exports a function `main` and does not call it, else `prefork` on Node, else `spawn`.",
  },
  {
    name: "STDLAMBDA_STDOUT",
    values: ["auto", "raw", "json", "stream"],
    meaning:
      "What becomes of stdout: byte for byte (`auto`, `raw`), made into JSON (`json`), or sent as it is written (`stream`).",
  },
  {
    name: "STDLAMBDA_STDIN",
    values: ["event", "body"],
    meaning:
      "What a script reads: the event, or of an HTTP request its decoded body, of a record its payload.",
  },
  {
    name: "STDLAMBDA_CONVENTION",
    values: ["aws", "string", "json", "stdio", "fetch"],
    meaning:
      "How a function is called: `(event, context)`, `(body, headers)`, `(event, headers)`, `()` with stdin and stdout bound, or `(Request) => Response`. The default is `fetch` for an export of that name.",
  },
  {
    name: "STDLAMBDA_BATCH",
    values: ["off", "record"],
    meaning:
      "`record` runs the script or calls the function once for each record of a queue or a stream, and reports those that failed.",
  },
  {
    name: "STDLAMBDA_BATCH_PARALLEL",
    usually: "the number of vCPUs, or 1 where the order of the records counts",
    fits: /^(?:[1-9]\d{0,3})$/,
    words: "a whole number from 1 to 9999",
    meaning: "How many records run at a time, at most.",
  },
  {
    name: "STDLAMBDA_WEB_PORT",
    usually: "8080, or a free one where that is taken",
    fits: /^(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/,
    words: "a port from 1 to 65535",
    meaning: "Where the server of mode `web` listens; it is told in `PORT`.",
  },
  {
    name: "STDLAMBDA_WEB_READY",
    usually: "ready when it accepts a connection",
    fits: /^\/[!-~]*$/,
    words: "a path that begins with /",
    meaning:
      "The server is ready when a request for this path is answered with a status below 500.",
  },
  {
    name: "STDLAMBDA_WEB_EVENTS",
    usually: "/events",
    fits: /^\/[!-~]*$/,
    words: "a path that begins with /",
    meaning: "Where events that are not HTTP requests are posted.",
  },
  {
    name: "STDLAMBDA_WEB_ERRORS",
    usually: "none",
    fits: /^[1-5]\d\d(?:-[1-5]\d\d)?(?:,[1-5]\d\d(?:-[1-5]\d\d)?)*$/,
    words: "a list of statuses and ranges, such as 500,502-504",
    meaning: "Statuses of the server that make an HTTP event a function error.",
  },
  {
    name: "STDLAMBDA_WEB_BASE_PATH",
    usually: "none",
    fits: /^\/[!-~]*$/,
    words: "a path that begins with /",
    meaning: "Taken off the path of each request.",
  },
  {
    name: "STDLAMBDA_ENCODING",
    usually: "utf-8",
    fits: /^[!-~]{1,40}$/,
    words: "a label of the Encoding standard, such as latin1 or shift_jis",
    meaning:
      "The text encoding of the `string` convention, both ways: any label of the [Encoding standard](https://encoding.spec.whatwg.org/#names-and-labels), in any case.",
  },
  {
    name: "STDLAMBDA_TYPESCRIPT",
    values: ["auto", "node", "tsx"],
    meaning: "Who runs TypeScript: Node's type stripping, tsx, or tsx only where Node cannot.",
  },
  {
    name: "STDLAMBDA_HANDLER_RULES",
    values: ["longest", "aws"],
    meaning:
      "How `a.b.c` is split: longest file name first, or at the first dot of the base name as AWS does.",
  },
  {
    name: "STDLAMBDA_EXPRESSIONS",
    values: ["on", "off"],
    meaning: "Whether a handler may be an expression.",
  },
  {
    name: "STDLAMBDA_CREDENTIALS",
    values: ["all", "none"],
    meaning: "`none` withholds the role's credentials from scripts.",
  },
  {
    name: "STDLAMBDA_SIGTERM",
    values: ["off", "on"],
    meaning:
      "`on` registers an internal extension, so that Lambda sends SIGTERM before it ends the environment; costs up to 0.5 s at each shutdown.",
  },
  {
    name: "STDLAMBDA_METRICS_NAMESPACE",
    usually: "no metrics",
    fits: /^(?!AWS\/|:)[\w.\-/#:]{1,255}$/,
    words: "a namespace of CloudWatch: letters, digits and . - _ / # :, not beginning with AWS/",
    meaning:
      "A line of metrics in the log for each event (embedded metric format): duration, start-up, exit status, memory, bytes out, cold start.",
  },
  {
    name: "STDLAMBDA_BEFORE_SNAPSHOT",
    usually: "none",
    fits: /^[^\s\p{Cc}]{1,128}$/u,
    words: "a script or cmd:PROGRAM, without white space",
    meaning: "SnapStart: what is run once before the snapshot is taken.",
  },
  {
    name: "STDLAMBDA_AFTER_RESTORE",
    usually: "none",
    fits: /^[^\s\p{Cc}]{1,128}$/u,
    words: "a script or cmd:PROGRAM, without white space",
    meaning: "SnapStart: what is run after each restore, before the first event.",
  },
] as const;

type Setting = (typeof settings)[number];
type Choice = Extract<Setting, { values: readonly string[] }>;
type Text = Extract<Setting, { fits: RegExp }>;
type Value<Name extends Choice["name"]> = Extract<Choice, { name: Name }>["values"][number];

export interface Settings {
  readonly mode: Value<"STDLAMBDA_MODE">;
  readonly stdout: Value<"STDLAMBDA_STDOUT">;
  readonly stdin: Value<"STDLAMBDA_STDIN">;
  readonly convention: Value<"STDLAMBDA_CONVENTION">;
  /** False if the user has left the convention to the handler. */
  readonly isConventionGiven: boolean;
  /** A label of the Encoding standard; checked when a function uses it. */
  readonly encoding: string;
  /** Run once for each record of a batch. */
  readonly batch: Value<"STDLAMBDA_BATCH">;
  readonly batchParallel: number | undefined;
  readonly web: WebSettings;
  readonly typescript: Value<"STDLAMBDA_TYPESCRIPT">;
  readonly handlerRules: Value<"STDLAMBDA_HANDLER_RULES">;
  readonly expressions: boolean;
  readonly withholdCredentials: boolean;
  readonly registerForSigterm: boolean;
  readonly metricsNamespace: string | undefined;
  /** SnapStart's hooks of scripts. */
  readonly beforeSnapshot: string | undefined;
  readonly afterRestore: string | undefined;
}

/** Of mode `web`. */
interface WebSettings {
  /** Undefined if the user has named none. */
  readonly port: number | undefined;
  readonly readyPath: string | undefined;
  readonly eventsPath: string;
  /** Statuses and ranges, `500,502-504`. */
  readonly errors: string | undefined;
  readonly basePath: string;
}

/**
 * Reads the user's settings.
 * @throws HostError `Runtime.InvalidSetting` for an unknown `STDLAMBDA_` name or a bad value.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  refuseUnknownNames(environment);
  return {
    mode: choiceOf("STDLAMBDA_MODE", environment),
    stdout: choiceOf("STDLAMBDA_STDOUT", environment),
    stdin: choiceOf("STDLAMBDA_STDIN", environment),
    convention: choiceOf("STDLAMBDA_CONVENTION", environment),
    isConventionGiven: Boolean(environment.STDLAMBDA_CONVENTION),
    encoding: textOf("STDLAMBDA_ENCODING", environment) ?? "utf-8",
    batch: choiceOf("STDLAMBDA_BATCH", environment),
    batchParallel: numberOf("STDLAMBDA_BATCH_PARALLEL", environment),
    web: {
      port: numberOf("STDLAMBDA_WEB_PORT", environment),
      readyPath: textOf("STDLAMBDA_WEB_READY", environment),
      eventsPath: textOf("STDLAMBDA_WEB_EVENTS", environment) ?? "/events",
      errors: textOf("STDLAMBDA_WEB_ERRORS", environment),
      basePath: textOf("STDLAMBDA_WEB_BASE_PATH", environment) ?? "",
    },
    typescript: choiceOf("STDLAMBDA_TYPESCRIPT", environment),
    handlerRules: choiceOf("STDLAMBDA_HANDLER_RULES", environment),
    expressions: choiceOf("STDLAMBDA_EXPRESSIONS", environment) === "on",
    withholdCredentials: choiceOf("STDLAMBDA_CREDENTIALS", environment) === "none",
    registerForSigterm: choiceOf("STDLAMBDA_SIGTERM", environment) === "on",
    metricsNamespace: textOf("STDLAMBDA_METRICS_NAMESPACE", environment),
    beforeSnapshot: textOf("STDLAMBDA_BEFORE_SNAPSHOT", environment),
    afterRestore: textOf("STDLAMBDA_AFTER_RESTORE", environment),
  };
}

function refuseUnknownNames(environment: NodeJS.ProcessEnv): void {
  const known = settings.map((setting) => setting.name as string);
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("STDLAMBDA_") || known.includes(name)) continue;
    // An image has them for where it is not on Lambda: `stdlambda serve` checks its own.
    if (name.startsWith("STDLAMBDA_SERVE_")) continue;
    throw new HostError(
      "Runtime.InvalidSetting",
      `${name} is not a setting of stdlambda. Did you mean ${nearest(name, known, 1)[0]}? Known: ${known.join(", ")}.`,
    );
  }
}

/** @throws HostError */
function numberOf(name: Text["name"], environment: NodeJS.ProcessEnv): number | undefined {
  const text = textOf(name, environment);
  return text === undefined ? undefined : Number(text);
}

/**
 * The value of a setting that is not a choice; undefined if it is not set.
 * @throws HostError
 */
function textOf(name: Text["name"], environment: NodeJS.ProcessEnv): string | undefined {
  const given = environment[name];
  if (given === undefined || given === "") return undefined;
  const setting = settings.find((candidate) => candidate.name === name) as Text;
  if (setting.fits.test(given)) return given;
  throw new HostError(
    "Runtime.InvalidSetting",
    `${name}=${given} is not possible. It must be ${setting.words}.`,
  );
}

function choiceOf<Name extends Choice["name"]>(
  name: Name,
  environment: NodeJS.ProcessEnv,
): Value<Name> {
  const setting = settings.find((candidate) => candidate.name === name) as Choice;
  const values: readonly string[] = setting.values;
  const given = environment[name];
  // An empty variable counts as unset: deployment templates leave them behind.
  if (given === undefined || given === "") return values[0] as Value<Name>;
  if (values.includes(given)) return given as Value<Name>;
  throw new HostError(
    "Runtime.InvalidSetting",
    `${name}=${given} is not possible. Did you mean ${nearest(given, values, 1)[0]}? Allowed: ${values.join(", ")}.`,
  );
}

/** What the platform tells the runtime (AWS: "Lambda environment variables"). */
export interface Platform {
  readonly runtimeApi: string;
  readonly handler: string;
  readonly taskRoot: string;
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly memoryLimitInMB: string | undefined;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
  readonly logFormat: "text" | "json";
  readonly logLevel: string | undefined;
  readonly telemetryLogFd: number | undefined;
  /** SnapStart: the environment is copied once it is ready, and the copies serve. */
  readonly isSnapStart: boolean;
  /** Managed Instances: the path of a socket that takes logs. */
  readonly logSocket: string | undefined;
  /** Managed Instances: how many events are served at a time. Undefined: one, the classic way. */
  readonly slots: number | undefined;
}

/** Reads the platform's variables; a missing one is undefined, as under SnapStart. */
export function readPlatform(environment: NodeJS.ProcessEnv): Platform {
  const fd = Number.parseInt(environment._LAMBDA_TELEMETRY_LOG_FD ?? "", 10);
  // With SnapStart it turns the mode on, in every client of AWS's.
  const concurrency = environment.AWS_LAMBDA_MAX_CONCURRENCY;
  return {
    runtimeApi: environment.AWS_LAMBDA_RUNTIME_API ?? "",
    handler: environment._HANDLER ?? "",
    taskRoot: environment.LAMBDA_TASK_ROOT || process.cwd(),
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    // Lambda writes "JSON", its emulator "json". Managed Instances know no other format: without the
    // request id nobody could tell apart what several events log.
    logFormat:
      environment.AWS_LAMBDA_LOG_FORMAT?.toLowerCase() === "json" || concurrency !== undefined
        ? "json"
        : "text",
    logLevel: environment.AWS_LAMBDA_LOG_LEVEL?.toUpperCase(),
    telemetryLogFd: Number.isNaN(fd) ? undefined : fd,
    isSnapStart: environment.AWS_LAMBDA_INITIALIZATION_TYPE === snapStart,
    logSocket: environment._LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET,
    slots:
      concurrency === undefined ? undefined : Math.max(1, Math.trunc(Number(concurrency)) || 1),
  };
}
