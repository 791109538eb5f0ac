// The settings of asynchronous invocation: PutFunctionEventInvokeConfig and its siblings.
import type {
  DeleteFunctionEventInvokeConfigRequest,
  DestinationConfig,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  ListFunctionEventInvokeConfigsRequest,
  PutFunctionEventInvokeConfigRequest,
} from "@aws-sdk/client-lambda";
import { functionArn, functionArnPattern } from "../../lambda/arns.ts";
import type { EventInvokeRecord, FunctionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter, notFound } from "./errors.ts";
import { parseFunctionName } from "./function-name.ts";
import { page } from "./page.ts";
import { resolveVersion } from "./resolve-version.ts";
import { targetOf, unqualifiedTargetOf } from "./target.ts";

/** On the wire a time is a number of seconds. */
type Answer = Omit<FunctionEventInvokeConfig, "LastModified"> & { readonly LastModified: number };

interface EventInvokeTarget {
  readonly name: string;
  /** `$LATEST` if no qualifier was given. */
  readonly qualifier: string;
  readonly arn: string;
}

export async function putFunctionEventInvokeConfig(
  input: PutFunctionEventInvokeConfigRequest,
  context: ControlContext,
): Promise<Answer> {
  return write(input, context, () => undefined);
}

/** Keeps the settings that the request does not have. */
export async function updateFunctionEventInvokeConfig(
  input: PutFunctionEventInvokeConfigRequest,
  context: ControlContext,
): Promise<Answer> {
  return write(input, context, (record, target) => {
    const before = find(record, target);
    if (before === undefined) throw missing(target);
    return before;
  });
}

export async function getFunctionEventInvokeConfig(
  input: GetFunctionEventInvokeConfigRequest,
  context: ControlContext,
): Promise<Answer> {
  const target = eventInvokeTarget(input, context);
  const config = find(context.store.functions.get(target.name), target);
  if (config === undefined) throw missing(target);
  return config.configuration;
}

export async function listFunctionEventInvokeConfigs(
  input: ListFunctionEventInvokeConfigsRequest,
  context: ControlContext,
): Promise<{ FunctionEventInvokeConfigs: Answer[]; NextMarker?: string }> {
  const record = context.store.functions.get(unqualifiedTargetOf(input, context).name);
  if (record === undefined) throw notFound("The function doesn't exist.");
  const { items, next } = page(record.eventInvokeConfigs, ({ qualifier }) => qualifier, input);
  return { ...next, FunctionEventInvokeConfigs: items.map(({ configuration }) => configuration) };
}

export async function deleteFunctionEventInvokeConfig(
  input: DeleteFunctionEventInvokeConfigRequest,
  context: ControlContext,
): Promise<undefined> {
  const target = eventInvokeTarget(input, context);
  await context.store.functions.update(target.name, (record) => {
    const config = find(record, target);
    if (record === undefined || config === undefined) throw missing(target);
    return {
      ...record,
      eventInvokeConfigs: record.eventInvokeConfigs.filter((other) => other !== config),
    };
  });
}

async function write(
  input: PutFunctionEventInvokeConfigRequest,
  context: ControlContext,
  beforeOf: (record: FunctionRecord, target: EventInvokeTarget) => EventInvokeRecord | undefined,
): Promise<Answer> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
  const settings = { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig };
  const given = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(given).length === 0) {
    throw invalidParameter(
      "You must specify at least one of error handling or destination setting.",
    );
  }
  const target = eventInvokeTarget(input, context);
  checkDestinations(DestinationConfig, target, context);
  let answer: Answer | undefined;
  await context.store.functions.update(target.name, (record) => {
    if (record === undefined) throw notFound("The function doesn't exist.");
    resolveVersion(record, target.qualifier);
    const before = beforeOf(record, target);
    const replaced = find(record, target);
    answer = {
      ...before?.configuration,
      ...given,
      DestinationConfig: {
        OnSuccess: {},
        OnFailure: {},
        ...before?.configuration.DestinationConfig,
        ...DestinationConfig,
      },
      FunctionArn: target.arn,
      // Milliseconds after the point, as AWS writes it.
      LastModified: Date.now() / 1000,
    };
    const written = { qualifier: target.qualifier, configuration: answer };
    const others = record.eventInvokeConfigs.filter((other) => other !== replaced);
    return { ...record, eventInvokeConfigs: [...others, written] };
  });
  if (answer === undefined) throw missing(target);
  return answer;
}

/**
 * Only functions are destinations of this service; other destinations are stored without effect.
 */
function checkDestinations(
  config: DestinationConfig | undefined,
  { name }: EventInvokeTarget,
  context: ControlContext,
): void {
  for (const arn of [config?.OnSuccess?.Destination, config?.OnFailure?.Destination]) {
    if (arn === undefined || !functionArnPattern.test(arn)) continue;
    const destination = parseFunctionName(arn);
    if (destination.name === name) {
      throw invalidParameter("You can't specify the function as a destination for itself.");
    }
    if (context.store.functions.get(destination.name) === undefined) {
      throw invalidParameter(`The destination ARN ${arn} is invalid.`);
    }
  }
}

function eventInvokeTarget(
  input: GetFunctionEventInvokeConfigRequest,
  context: ControlContext,
): EventInvokeTarget {
  const { name, qualifier = "$LATEST" } = targetOf(input, context);
  return { name, qualifier, arn: functionArn(context, name, qualifier) };
}

function find(
  record: FunctionRecord | undefined,
  { qualifier }: EventInvokeTarget,
): EventInvokeRecord | undefined {
  return record?.eventInvokeConfigs.find((config) => config.qualifier === qualifier);
}

function missing({ arn }: EventInvokeTarget) {
  return notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
}
