// Which settings of a function differ from what is wanted, field by field, and what to send.

import { isDeepStrictEqual } from "node:util";
import type {
  FunctionConfiguration,
  LoggingConfig,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { ExpectedError } from "../host/expected-error.ts";
import type { Change } from "./change.ts";
import { type HostPlace, isSecretVariable, mergeEnvironment } from "./environment.ts";
import type { WantedEnvironment, WantedSettings } from "./wanted-function.ts";

type Update = Omit<UpdateFunctionConfigurationRequest, "FunctionName">;

export interface SettingsDifference {
  readonly changes: readonly Change[];
  /** Only the fields that change; empty when none does. */
  readonly update: Update;
  readonly warnings: readonly string[];
}

export interface WantedConfiguration {
  readonly settings: WantedSettings;
  readonly environment: WantedEnvironment;
  readonly host: HostPlace;
  /** ARNs, the lowest first. */
  readonly layers: readonly string[];
}

/** `current` is an empty object for a function that does not exist yet. */
export function compareSettings(
  wanted: WantedConfiguration,
  current: FunctionConfiguration,
): SettingsDifference {
  const changes: Change[] = [];
  const update: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(wanted.settings)) {
    const before = current[name as keyof FunctionConfiguration];
    const differing = compareMember(name, before, value);
    if (differing.length === 0) continue;
    changes.push(...differing);
    update[name] = name === "LoggingConfig" ? mergeLogging(before as LoggingConfig, value) : value;
  }
  const layers = compareLayers(wanted.layers, current);
  const environment = compareEnvironment(wanted, current);
  return {
    changes: [...changes, ...layers, ...environment.changes],
    update: {
      ...(update as Update),
      ...(layers.length > 0 && { Layers: [...wanted.layers] }),
      ...(environment.changes.length > 0 && { Environment: { Variables: environment.variables } }),
    },
    warnings: environment.warnings,
  };
}

/** A setting that is an object is compared by the wanted members, because Lambda adds its own. */
function compareMember(field: string, before: unknown, after: unknown): Change[] {
  if (typeof after !== "object" || after === null) {
    return before === after ? [] : [{ field, before, after }];
  }
  const had = (before ?? {}) as Record<string, unknown>;
  return Object.entries(after).flatMap(([name, value]) =>
    compareMember(`${field}.${name}`, had[name], value),
  );
}

/**
 * A member that is not sent would fall back to its default. Levels are refused in the text format.
 */
function mergeLogging(before: LoggingConfig | undefined, wanted: LoggingConfig): LoggingConfig {
  const { ApplicationLogLevel, SystemLogLevel, ...rest } = { ...before, ...wanted };
  if (rest.LogFormat !== "JSON") return rest;
  return {
    ...rest,
    ...(ApplicationLogLevel && { ApplicationLogLevel }),
    ...(SystemLogLevel && { SystemLogLevel }),
  };
}

function compareLayers(
  wanted: readonly string[],
  { Layers = [] }: FunctionConfiguration,
): Change[] {
  const before = Layers.map(({ Arn }) => Arn);
  if (isDeepStrictEqual(before, wanted)) return [];
  return [
    {
      field: "Layers",
      ...(before.length > 0 && { before }),
      ...(wanted.length > 0 && { after: wanted }),
    },
  ];
}

function compareEnvironment(
  { environment, settings, host }: WantedConfiguration,
  { Environment, Runtime }: FunctionConfiguration,
) {
  const { Variables: current = {}, Error: unreadable } = Environment ?? {};
  const runtime = settings.Runtime ?? Runtime ?? "";
  if (unreadable !== undefined && environment.rule === "merge") {
    throw new ExpectedError(
      `the variables of the function cannot be read, so they cannot be merged: ${unreadable.Message ?? unreadable.ErrorCode}`,
      {
        remedy:
          "Allow kms:Decrypt on its key, or give all variables with --env or --env-file, without --merge-env",
      },
    );
  }
  const { variables, warning } = mergeEnvironment(environment, current, { runtime, host });
  const names = [...new Set([...Object.keys(current), ...Object.keys(variables)])].sort();
  const changes = names
    .filter((name) => current[name] !== variables[name])
    .map(
      (name): Change => ({
        field: `Environment.${name}`,
        ...(current[name] !== undefined && { before: current[name] }),
        ...(variables[name] !== undefined && { after: variables[name] }),
        ...(isSecretVariable(name) && { isSecret: true }),
      }),
    );
  const warnings = warning === undefined ? [] : [warning];
  const unset = environment.unknown.filter((name) => variables[name] === undefined);
  if (unset.length > 0) {
    warnings.push(
      `not set, because only AWS or a parameter has the value: ${unset.join(", ")}; give it with --env NAME=VALUE, --env-vars FILE or --parameter-overrides`,
    );
  }
  return { changes, variables, warnings };
}
