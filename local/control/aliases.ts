// CreateAlias, GetAlias, UpdateAlias, ListAliases and DeleteAlias.
import { randomUUID } from "node:crypto";
import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from "@aws-sdk/client-lambda";
import { functionArn } from "../../lambda/arns.ts";
import type { FunctionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { withoutQualifier } from "./delete-function.ts";
import { conflict, invalidParameter, notFound, staleRevision } from "./errors.ts";
import { page } from "./page.ts";
import { resolveVersion } from "./resolve-version.ts";
import { changeFunction, functionOf, revised, unqualifiedTargetOf } from "./target.ts";

export async function createAlias(
  input: CreateAliasRequest,
  context: ControlContext,
): Promise<AliasConfiguration> {
  const { name } = unqualifiedTargetOf(input, context);
  const { Name = "", FunctionVersion = "" } = input;
  const AliasArn = functionArn(context, name, Name);
  const routing = routingConfig(input.RoutingConfig);
  const alias: AliasConfiguration = {
    AliasArn,
    Name,
    FunctionVersion,
    Description: input.Description ?? "",
    ...(routing !== undefined && { RoutingConfig: routing }),
    RevisionId: randomUUID(),
  };
  // AWS names the version even if the function does not exist.
  const target = { name, qualifier: undefined, arn: functionArn(context, name, FunctionVersion) };
  await changeFunction(context, target, (record) => {
    checkVersions(record, alias);
    if (record.aliases.some((other) => other.Name === Name)) {
      throw conflict(`Alias already exists: ${AliasArn}`);
    }
    return { ...record, aliases: [...record.aliases, alias] };
  });
  return alias;
}

export async function getAlias(
  input: GetAliasRequest,
  context: ControlContext,
): Promise<AliasConfiguration> {
  const target = unqualifiedTargetOf(input, context);
  const { aliases } = functionOf(context, target);
  const alias = aliases.find(({ Name }) => Name === input.Name);
  if (alias === undefined) throw notFound(`Cannot find alias arn: ${target.arn}:${input.Name}`);
  return alias;
}

export async function updateAlias(
  input: UpdateAliasRequest,
  context: ControlContext,
): Promise<AliasConfiguration> {
  const target = unqualifiedTargetOf(input, context);
  let changed: AliasConfiguration = {};
  await changeFunction(context, target, (record) => {
    const alias = record.aliases.find(({ Name }) => Name === input.Name);
    if (alias === undefined) throw notFound(`Alias not found: ${target.arn}:${input.Name}`);
    if (input.RevisionId !== undefined && input.RevisionId !== alias.RevisionId) {
      throw staleRevision();
    }
    const { RoutingConfig: before, ...rest } = alias;
    const routing = input.RoutingConfig === undefined ? before : routingConfig(input.RoutingConfig);
    changed = revised({
      ...rest,
      ...(input.FunctionVersion !== undefined && { FunctionVersion: input.FunctionVersion }),
      ...(input.Description !== undefined && { Description: input.Description }),
      ...(routing !== undefined && { RoutingConfig: routing }),
    });
    checkVersions(record, changed);
    const aliases = record.aliases.map((other) => (other === alias ? changed : other));
    return { ...record, aliases };
  });
  return changed;
}

export async function listAliases(
  input: ListAliasesRequest,
  context: ControlContext,
): Promise<ListAliasesResponse> {
  const { aliases } = functionOf(context, unqualifiedTargetOf(input, context));
  const wanted = aliases
    .filter(
      ({ FunctionVersion }) =>
        input.FunctionVersion === undefined || FunctionVersion === input.FunctionVersion,
    )
    .toSorted((a, b) => ((a.Name ?? "") < (b.Name ?? "") ? -1 : 1));
  const { items, next } = page(wanted, ({ Name }) => Name ?? "", input);
  return { ...next, Aliases: items };
}

/** Deleting an alias that does not exist succeeds, as on AWS. */
export async function deleteAlias(
  input: DeleteAliasRequest,
  context: ControlContext,
): Promise<undefined> {
  const { Name = "" } = input;
  await changeFunction(context, unqualifiedTargetOf(input, context), (record) => ({
    ...withoutQualifier(record, Name),
    aliases: record.aliases.filter((alias) => alias.Name !== Name),
  }));
}

/** Undefined when it names no second version. @throws ServiceError InvalidParameterValueException */
function routingConfig(
  config: AliasRoutingConfiguration | undefined,
): AliasRoutingConfiguration | undefined {
  const weights = config?.AdditionalVersionWeights ?? {};
  const count = Object.keys(weights).length;
  if (count > 1) {
    throw invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
  }
  return count === 0 ? undefined : { AdditionalVersionWeights: weights };
}

/** Both versions must exist and differ. */
function checkVersions(record: FunctionRecord, alias: AliasConfiguration): void {
  const { FunctionVersion = "", RoutingConfig } = alias;
  // No alias has a number for its name, so this finds versions only.
  const check = (version: string) => resolveVersion(record, version, () => 1);
  check(FunctionVersion);
  for (const version of Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})) {
    if (FunctionVersion === "$LATEST") {
      throw invalidParameter(
        "$LATEST is not supported for an alias pointing to more than 1 version",
      );
    }
    if (version === FunctionVersion) {
      throw invalidParameter(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    }
    check(version);
  }
}
