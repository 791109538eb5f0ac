// CreateFunctionUrlConfig, GetFunctionUrlConfig, UpdateFunctionUrlConfig, ListFunctionUrlConfigs and
// DeleteFunctionUrlConfig.
import type {
  CreateFunctionUrlConfigRequest,
  CreateFunctionUrlConfigResponse,
  DeleteFunctionUrlConfigRequest,
  FunctionUrlConfig,
  GetFunctionUrlConfigRequest,
  ListFunctionUrlConfigsRequest,
  ListFunctionUrlConfigsResponse,
  UpdateFunctionUrlConfigRequest,
} from "@aws-sdk/client-lambda";
import type { FunctionRecord, UrlRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { conflict, notFound } from "./errors.ts";
import { page } from "./page.ts";
import { type Target, targetOf, unqualifiedTargetOf } from "./target.ts";

export async function createFunctionUrlConfig(
  input: CreateFunctionUrlConfigRequest,
  context: ControlContext,
): Promise<CreateFunctionUrlConfigResponse> {
  const target = targetOf(input, context);
  const now = new Date().toISOString();
  const configuration: FunctionUrlConfig = {
    FunctionUrl: urlOf(context, target),
    FunctionArn: target.arn,
    AuthType: input.AuthType,
    ...(input.Cors !== undefined && { Cors: input.Cors }),
    CreationTime: now,
    LastModifiedTime: now,
    InvokeMode: input.InvokeMode ?? "BUFFERED",
  };
  await change(context, target, (record) => {
    if (find(record, target) !== undefined) {
      throw conflict(
        `Failed to create function url config for [functionArn = ${target.arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    }
    return [...record.urls, { qualifier: target.qualifier, configuration }];
  });
  const { LastModifiedTime, ...created } = configuration;
  return created;
}

export async function getFunctionUrlConfig(
  input: GetFunctionUrlConfigRequest,
  context: ControlContext,
): Promise<FunctionUrlConfig> {
  const target = targetOf(input, context);
  const record = context.store.functions.get(target.name);
  const url = record && find(record, target);
  if (url === undefined) throw notFound();
  return answer(context, target.name, url);
}

export async function updateFunctionUrlConfig(
  input: UpdateFunctionUrlConfigRequest,
  context: ControlContext,
): Promise<FunctionUrlConfig> {
  const target = targetOf(input, context);
  const record = await change(context, target, (record) => {
    const url = find(record, target);
    if (url === undefined) throw notFound();
    const configuration: FunctionUrlConfig = {
      ...url.configuration,
      ...(input.AuthType !== undefined && { AuthType: input.AuthType }),
      ...(input.Cors !== undefined && { Cors: input.Cors }),
      ...(input.InvokeMode !== undefined && { InvokeMode: input.InvokeMode }),
      LastModifiedTime: new Date().toISOString(),
    };
    return record.urls.map((other) => (other === url ? { ...url, configuration } : other));
  });
  const url = find(record, target);
  if (url === undefined) throw notFound();
  return answer(context, target.name, url);
}

export async function listFunctionUrlConfigs(
  input: ListFunctionUrlConfigsRequest,
  context: ControlContext,
): Promise<ListFunctionUrlConfigsResponse> {
  const { name } = unqualifiedTargetOf(input, context);
  const record = context.store.functions.get(name);
  if (record === undefined) throw notFound("Function does not exist");
  const { items, next } = page(record.urls, ({ qualifier }) => qualifier ?? "", input);
  return { ...next, FunctionUrlConfigs: items.map((url) => answer(context, name, url)) };
}

export async function deleteFunctionUrlConfig(
  input: DeleteFunctionUrlConfigRequest,
  context: ControlContext,
): Promise<undefined> {
  const target = targetOf(input, context);
  if (context.store.functions.get(target.name) === undefined) throw notFound();
  await change(context, target, (record) => {
    const url = find(record, target);
    if (url === undefined) throw notFound();
    return record.urls.filter((other) => other !== url);
  });
}

/** @throws ServiceError ResourceNotFoundException when the function or its alias does not exist. */
async function change(
  context: ControlContext,
  { name, qualifier }: Target,
  urls: (record: FunctionRecord) => readonly UrlRecord[],
): Promise<FunctionRecord> {
  const changed = await context.store.functions.update(name, (record) => {
    const aliases = record?.aliases.map(({ Name }) => Name);
    if (record === undefined || !(qualifier === undefined || aliases?.includes(qualifier))) {
      throw notFound("Function does not exist");
    }
    return { ...record, urls: urls(record) };
  });
  if (changed === undefined) throw notFound("Function does not exist");
  return changed;
}

function find({ urls }: FunctionRecord, { qualifier }: Target): UrlRecord | undefined {
  return urls.find((url) => url.qualifier === qualifier);
}

/** The address is that of the service as it runs now, whatever its port was when the URL was made. */
function answer(
  context: ControlContext,
  name: string,
  { qualifier, configuration }: UrlRecord,
): FunctionUrlConfig {
  return { ...configuration, FunctionUrl: urlOf(context, { name, qualifier }) };
}

function urlOf(
  { endpoint }: ControlContext,
  { name, qualifier }: Pick<Target, "name" | "qualifier">,
): string {
  const alias = qualifier === undefined ? "" : `:${qualifier}`;
  return `${endpoint}/lambda-url/${name}${alias}/`;
}
