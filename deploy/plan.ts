// What a deployment of one function will do, decided before anything is changed.

import type {
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { ExpectedError } from "../host/expected-error.ts";
import type { Architecture } from "../lambda/architectures.ts";
import type { Change } from "./change.ts";
import { compareSettings, type WantedConfiguration } from "./compare-settings.ts";
import type { CurrentFunction } from "./current-function.ts";
import { planAlias, planLatestPublished } from "./plan-alias.ts";
import { planUrl, type UrlStep } from "./plan-url.ts";
import type { PermissionDifference } from "./public-url.ts";
import type { CodeZip } from "./upload.ts";
import type { WantedFunction } from "./wanted-function.ts";

export interface Plan {
  readonly name: string;
  readonly action: "create" | "update" | "none";
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
  readonly wanted: WantedFunction;
  readonly package: CodeZip;
  readonly architecture: Architecture;
  /** The settings of a new function, or the changed ones of an existing function. */
  readonly update: Omit<UpdateFunctionConfigurationRequest, "FunctionName">;
  readonly sendsCode: boolean;
  /** Only those that are new or changed. */
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | "none" | undefined;
  /** Whether $LATEST is published and the alias moved to it. */
  readonly movesAlias: boolean;
  /** Whether $LATEST is published without a number. */
  readonly publishesLatest: boolean;
  readonly url: UrlStep | undefined;
  readonly permissions: PermissionDifference;
}

export interface PlanInput {
  readonly wanted: WantedFunction;
  readonly configuration: WantedConfiguration;
  readonly architecture: Architecture;
  readonly package: CodeZip;
  readonly current: CurrentFunction | undefined;
}

/** @throws ExpectedError for a function that a deployment cannot change. */
export function makePlan(input: PlanInput): Plan {
  const { wanted, current, architecture } = input;
  if (current !== undefined) requireChangeable(wanted.name, current);
  const latest = current?.configuration ?? {};
  const settings = compareSettings(input.configuration, latest);
  const code = planCode(input, latest);
  const tags = planTags(wanted, current);
  const concurrency = planConcurrency(wanted, current);
  const latestChanges = settings.changes.length > 0 || code.length > 0;
  const alias = planAlias(wanted, current, latestChanges);
  const published = planLatestPublished(wanted, current, latestChanges);
  const url = planUrl(wanted, current);
  const changes = [
    ...settings.changes,
    ...code,
    ...tags,
    ...concurrency,
    ...alias,
    ...published,
    ...url.changes,
  ];
  return {
    name: wanted.name,
    action: current === undefined ? "create" : changes.length > 0 ? "update" : "none",
    changes,
    warnings: [...settings.warnings, ...(current ? doubts(wanted, current) : [])],
    wanted,
    package: input.package,
    architecture,
    update: settings.update,
    sendsCode: code.length > 0,
    tags: Object.fromEntries(tags.map(({ field, after }) => [tagOf(field), String(after)])),
    reservedConcurrency: concurrency.length > 0 ? wanted.reservedConcurrency : undefined,
    movesAlias: alias.length > 0,
    publishesLatest: published.length > 0,
    url: url.step,
    permissions: url.permissions,
  };
}

function requireChangeable(name: string, { configuration, codeLocation }: CurrentFunction): void {
  if (configuration.PackageType === "Image") {
    throw new ExpectedError(`${name} is a container image, which a zip cannot replace`, {
      remedy: "Choose another name with --name, or delete the function first",
    });
  }
  if (codeLocation?.startsWith("file:")) {
    throw new ExpectedError(
      `${name} is served by stdlambda dev from its folder, so it already follows the files there`,
      {
        remedy: `Deploy under another name (--name ${name}-test), or to a service with an empty folder: stdlambda dev $(mktemp -d)`,
      },
    );
  }
}

function planCode(
  { architecture, package: { codeSha256 } }: PlanInput,
  { CodeSha256, Architectures: [had] = [] }: FunctionConfiguration,
): Change[] {
  const changes: Change[] = [];
  if (had !== architecture) {
    changes.push({ field: "Architectures", ...(had && { before: had }), after: architecture });
  }
  if (CodeSha256 !== codeSha256) {
    changes.push({
      field: "CodeSha256",
      ...(CodeSha256 && { before: CodeSha256 }),
      after: codeSha256,
    });
  }
  return changes;
}

function planTags({ tags }: WantedFunction, current: CurrentFunction | undefined): Change[] {
  return Object.entries(tags).flatMap(([name, after]) => {
    const before = current?.tags[name];
    return before === after ? [] : [{ field: `Tags.${name}`, ...(before && { before }), after }];
  });
}

function tagOf(field: string): string {
  return field.slice("Tags.".length);
}

function planConcurrency(
  { reservedConcurrency: wanted }: WantedFunction,
  current: CurrentFunction | undefined,
): Change[] {
  const before = current?.reservedConcurrency;
  const after = wanted === "none" ? undefined : wanted;
  if (wanted === undefined || before === after) return [];
  return [
    {
      field: "ReservedConcurrentExecutions",
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    },
  ];
}

function doubts({ name }: WantedFunction, { tags }: CurrentFunction): string[] {
  const stack = tags["aws:cloudformation:stack-name"];
  if (stack === undefined) return [];
  return [
    `${name} belongs to the CloudFormation stack ${stack}, whose next update may revert this`,
  ];
}
