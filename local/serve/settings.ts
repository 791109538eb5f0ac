// The one table of what `serve` may be told: by an option, or where there is no command line, as in an
// image, by a variable.
import { nearest } from "../../host/nearest.ts";
import { environmentConcurrency } from "../../lambda/limits.ts";

export const serveSettings = [
  {
    name: "STDLAMBDA_SERVE_TIMEOUT",
    option: "--timeout <seconds>",
    least: 1,
    most: 86_400,
    usually: "what the function declares, else 3",
    meaning: "the time for a request; a caller may give less in X-Stdlambda-Timeout",
  },
  {
    name: "STDLAMBDA_SERVE_CONCURRENCY",
    option: "--concurrency <number>",
    least: environmentConcurrency.minimum,
    most: environmentConcurrency.maximum,
    usually: "8 for each vCPU",
    meaning: "requests that a function runs at a time",
  },
  {
    name: "STDLAMBDA_SERVE_QUEUE",
    option: "--queue <number>",
    least: 0,
    most: 100_000,
    usually: "100",
    meaning: "requests that wait for their turn; more get 429",
  },
  {
    name: "STDLAMBDA_SERVE_GRACE",
    option: "--grace <seconds>",
    least: 0,
    most: 3600,
    usually: "25",
    meaning: "the time for running requests after SIGTERM",
  },
] as const;

export type ServeSettingName = (typeof serveSettings)[number]["name"];

/** `true` makes every function one for HTTP. */
const httpVariable = "STDLAMBDA_SERVE_HTTP";
/** Names of variables, or their beginnings with `*`, separated by commas. */
const passVariable = "STDLAMBDA_SERVE_ENV";

const defaultPort = 8080;
export const usualGraceSeconds = 25;

/**
 * Where to listen: a Lambda Web Function is told `host:port`, a container of Knative or Cloud Run a port.
 * @throws Error with the variable and what is wrong with it.
 */
export function listenAddress(env: NodeJS.ProcessEnv): {
  readonly host: string | undefined;
  readonly port: number;
} {
  const { AWS_LAMBDA_HTTP_ENDPOINT: endpoint, PORT: port } = env;
  if (endpoint) {
    const [, host, number] = /^(\[[\da-fA-F:.]+\]|[^:\s/]+):(\d+)$/.exec(endpoint) ?? [];
    if (host !== undefined && isPort(number)) {
      return { host: host.replace(/^\[|\]$/g, ""), port: Number(number) };
    }
    throw new Error(
      `AWS_LAMBDA_HTTP_ENDPOINT is "${endpoint}", which is not host:port; write it as in 127.0.0.1:8080`,
    );
  }
  if (!port) return { host: undefined, port: defaultPort };
  if (isPort(port)) return { host: undefined, port: Number(port) };
  throw new Error(`PORT is "${port}", which is not a port; give a number from 0 to 65535`);
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

/** The number of a variable; undefined when it is not set. @throws Error for another value. */
export function serveNumber(name: ServeSettingName, env: NodeJS.ProcessEnv): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const { least, most } = serveSettings.find((setting) => setting.name === name) as {
    least: number;
    most: number;
  };
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${name} is "${text}"; give a whole number from ${least} to ${most}`);
}

/** @throws Error for a value that is neither true nor false. */
export function serveHttp(env: NodeJS.ProcessEnv): boolean {
  const text = env[httpVariable];
  if (!text || text === "false") return false;
  if (text === "true") return true;
  throw new Error(`${httpVariable} is "${text}"; give true or false`);
}

/** @throws Error for a name that is none of serve's, with the nearest. */
export function refuseUnknownSettings(env: NodeJS.ProcessEnv): void {
  const known: readonly string[] = [
    ...serveSettings.map(({ name }) => name),
    httpVariable,
    passVariable,
  ];
  for (const name of Object.keys(env)) {
    if (!name.startsWith("STDLAMBDA_SERVE_") || known.includes(name)) continue;
    throw new Error(
      `${name} is not a setting of stdlambda serve. Did you mean ${nearest(name, known, 1)[0]}?`,
    );
  }
}

/** Of a list in a variable. */
export function passedNames(env: NodeJS.ProcessEnv): readonly string[] {
  const names = (env[passVariable] ?? "").split(",").map((name) => name.trim());
  return names.filter(Boolean);
}
