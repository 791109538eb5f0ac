// DeleteFunction: the whole function, or one version of it.
import type { DeleteFunctionRequest, DeleteFunctionResponse } from "@aws-sdk/client-lambda";
import { functionArn } from "../../lambda/arns.ts";
import type { FunctionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { conflict, functionNotFound, invalidParameter } from "./errors.ts";
import { targetOf } from "./target.ts";

export async function deleteFunction(
  input: DeleteFunctionRequest,
  context: ControlContext,
): Promise<DeleteFunctionResponse> {
  const { name, qualifier } = targetOf(input, context);
  if (qualifier === "$LATEST") {
    throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  }
  if (qualifier !== undefined && !/^\d+$/.test(qualifier)) {
    throw invalidParameter("Deletion of aliases is not currently supported.");
  }
  await context.store.functions.update(name, (record) => {
    if (record === undefined) throw functionNotFound(functionArn(context, name));
    if (qualifier !== undefined) return withoutVersion(record, qualifier);
    refuseServed(record);
    return undefined;
  });
  return { StatusCode: 204 };
}

/** Deleting a version that does not exist succeeds, as on AWS. */
function withoutVersion(record: FunctionRecord, number: string): FunctionRecord {
  const referring = record.aliases.filter(
    ({ FunctionVersion, RoutingConfig }) =>
      FunctionVersion === number || RoutingConfig?.AdditionalVersionWeights?.[number] !== undefined,
  );
  if (referring.length > 0) {
    const names = referring.map(({ Name }) => Name).join(", ");
    throw conflict(
      `Unable to delete version because the following aliases reference it: [${names}]`,
    );
  }
  return {
    ...withoutQualifier(record, number),
    versions: record.versions.filter(({ configuration }) => configuration.Version !== number),
  };
}

/** Without what belongs to a version or an alias. */
export function withoutQualifier(record: FunctionRecord, qualifier: string): FunctionRecord {
  return {
    ...record,
    urls: record.urls.filter((url) => url.qualifier !== qualifier),
    policies: record.policies.filter((policy) => policy.qualifier !== qualifier),
    eventInvokeConfigs: record.eventInvokeConfigs.filter(
      (config) => config.qualifier !== qualifier,
    ),
  };
}

function refuseServed({ name, origin, latest }: FunctionRecord): void {
  if (origin !== "directory") return;
  const root = latest.code.kind === "directory" ? latest.code.root : "its folder";
  throw invalidParameter(
    `The function ${name} is served from ${root}: to delete it, remove its file there, or its entry in the configuration file.`,
  );
}
