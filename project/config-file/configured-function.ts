// One function of a configuration, merged with the defaults.

import { isAbsolute, resolve } from "node:path";
import { isArn } from "../../lambda/arns.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import type {
  FunctionConfiguration,
  FunctionDefaults,
  UrlConfiguration,
} from "../configuration.ts";
import {
  type DeclaredFunction,
  type DeclaredUrl,
  makeDeclaredFunction,
} from "../declared-function.ts";

export interface ConfiguredFrom {
  /** Absolute; relative paths start from here. */
  readonly directory: string;
  /** The name of the file. */
  readonly source: string;
}

/** The values are taken as they are; checkFunction reports what Lambda would refuse. */
export function configuredFunction(
  name: string,
  own: string | FunctionConfiguration,
  defaults: FunctionDefaults,
  { directory, source }: ConfiguredFrom,
): DeclaredFunction {
  const configuration = typeof own === "string" ? { handler: own } : own;
  const all = { ...defaults, ...withoutUndefined(configuration) };
  const environment = { ...modeVariable(defaults), ...defaults.environment };
  Object.assign(environment, modeVariable(configuration), configuration.environment);
  const layers = [...(defaults.layers ?? []), ...(configuration.layers ?? [])];
  const required = {
    name,
    handler: configuration.handler,
    root: resolve(directory, all.root ?? "."),
    runtime: all.runtime ?? lambdaDefaults.runtime,
    memory: all.memory ?? usualMemory(all),
    timeout: all.timeout ?? lambdaDefaults.timeout,
    environment: Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [key, String(value)]),
    ),
    layers: layers.map((layer) => layerPath(layer, directory)),
    source,
  };
  return makeDeclaredFunction(required, {
    url: declareUrl(all.url),
    logFormat: all.logFormat && ({ text: "Text", json: "JSON" } as const)[all.logFormat],
    applicationLogLevel: all.applicationLogLevel,
    systemLogLevel: all.systemLogLevel,
    capacityProvider: all.capacityProvider,
    maxConcurrency: all.maxConcurrency,
    snapStart: all.snapStart,
    reservedConcurrency: all.reservedConcurrency,
    ephemeralStorage: all.ephemeralStorage,
    architecture: all.architecture,
  });
}

/** Managed Instances have more, and several events need it. */
function usualMemory({ capacityProvider, maxConcurrency }: FunctionDefaults): number {
  const isManaged = capacityProvider !== undefined || maxConcurrency !== undefined;
  return isManaged ? lambdaDefaults.managedMemory : lambdaDefaults.memory;
}

/** A module may write `memory: undefined`, which counts as no value. */
function withoutUndefined<Type extends object>(object: Type): Type {
  const given = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Type;
}

function modeVariable({ mode }: FunctionDefaults): Record<string, string | number | boolean> {
  return mode === undefined ? {} : { STDLAMBDA_MODE: mode };
}

function layerPath(layer: string, directory: string): string {
  return isArn(layer) || isAbsolute(layer) ? layer : resolve(directory, layer);
}

function declareUrl(url: FunctionDefaults["url"]): DeclaredUrl | undefined {
  if (url === undefined || url === false) return undefined;
  const { auth, stream, cors }: UrlConfiguration =
    typeof url === "object" ? url : { auth: url === "iam" ? "iam" : "none" };
  return {
    authType: auth === "iam" ? "AWS_IAM" : "NONE",
    invokeMode: stream ? "RESPONSE_STREAM" : "BUFFERED",
    ...(cors === undefined ? {} : { cors: awsNames(cors) }),
  };
}

/** `allowOrigins` -> `AllowOrigins`, as AWS writes it. */
function awsNames(cors: NonNullable<UrlConfiguration["cors"]>): NonNullable<DeclaredUrl["cors"]> {
  const entries = Object.entries(withoutUndefined(cors));
  return Object.fromEntries(
    entries.map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  );
}
