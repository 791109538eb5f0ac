// One invocation from its name to its outcome: version, concurrency, environment.

import { randomUUID } from "node:crypto";
import { functionArn } from "../../lambda/arns.ts";
import { conflict, functionNotFound } from "../control/errors.ts";
import { parseFunctionName } from "../control/function-name.ts";
import { resolveVersion } from "../control/resolve-version.ts";
import type { CallerContext } from "../runtime-api/invocation.ts";
import type { Fleet } from "../sandbox/fleet.ts";
import type { Pool } from "../sandbox/pool.ts";
import type { FunctionRecord, VersionRecord } from "../store/records.ts";
import type { Concurrency } from "./concurrency.ts";
import { describeVersion, type ServiceHome } from "./describe-version.ts";
import type { InvokeOutcome } from "./outcome.ts";
import { createTraceId } from "./trace-id.ts";

export interface InvokeContext extends ServiceHome {
  readonly fleet: Fleet;
  readonly concurrency: Concurrency;
  /**
   * A function that has no record but can be called by its handler, such as `index.handler` of a
   * folder.
   */
  onDemand(name: string): Promise<FunctionRecord | undefined>;
  /** The pool that last served a version: looked up once for as long as the version stays. */
  readonly pools: WeakMap<VersionRecord, Pool>;
}

export interface InvokeRequest extends CallerContext {
  /** A name, partial ARN or ARN, with or without a qualifier. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** JSON. */
  readonly event: Buffer;
  readonly requestId?: string | undefined;
}

export interface InvokeTarget {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
  readonly qualifier: string | undefined;
  /** The ARN of what was invoked: the function, a version or an alias. */
  readonly arn: string;
}

/**
 * The function and version that a name and a qualifier mean; a promise for one that is not kept yet.
 * @throws ServiceError as the API answers: not found, not active, malformed.
 */
export function findTarget(
  { functionName, qualifier }: Pick<InvokeRequest, "functionName" | "qualifier">,
  context: InvokeContext,
): InvokeTarget | Promise<InvokeTarget> {
  const named = parseFunctionName(functionName, qualifier, context);
  const arn = functionArn(context, named.name, named.qualifier);
  const record = context.store.functions.get(named.name);
  if (record !== undefined) return targetOf(record, named.qualifier, arn);
  return context.onDemand(named.name).then((found) => {
    if (found === undefined) throw functionNotFound(arn);
    return targetOf(found, named.qualifier, arn);
  });
}

function targetOf(
  record: FunctionRecord,
  qualifier: string | undefined,
  arn: string,
): InvokeTarget {
  const version = resolveVersion(record, qualifier);
  const { State } = version.configuration;
  if (State === "Pending") {
    throw conflict(
      "The operation cannot be performed at this time. The function is currently in the following state: Pending",
    );
  }
  return { record, version, qualifier, arn };
}

/**
 * Resolves with the first answer; a function's error is an outcome.
 * @throws ServiceError when the function was not run.
 */
export async function invokeFunction(
  request: InvokeRequest,
  context: InvokeContext,
): Promise<InvokeOutcome> {
  const target = await findTarget(request, context);
  return runTarget(target, request, context);
}

/** @throws ServiceError TooManyRequestsException */
export async function runTarget(
  { record, version, arn }: InvokeTarget,
  request: Omit<InvokeRequest, "functionName" | "qualifier">,
  context: InvokeContext,
): Promise<InvokeOutcome> {
  const { name, reservedConcurrency } = record;
  context.concurrency.take(name, reservedConcurrency);
  const requestId = request.requestId ?? randomUUID();
  const traceId = request.traceId ?? createTraceId();
  let release = () => context.concurrency.release(name);
  let isRunning = false;
  try {
    const pool = context.pools.get(version) ?? (await findPool(record, version, context));
    // Awaiting a plain value would cost a turn of the queue for each invocation.
    const place = pool.take() ?? (await pool.acquire());
    release = () => {
      place.release();
      context.concurrency.release(name);
    };
    const running = await place.invoke({
      requestId,
      event: request.event,
      functionArn: arn,
      traceId,
      clientContext: request.clientContext,
      tenantId: request.tenantId,
    });
    const over = running.over.finally(release);
    isRunning = true;
    // A failure after the answer matters only to callers that ask for the tail of the log.
    over.catch(() => {});
    return {
      requestId,
      traceId,
      executedVersion: version.configuration.Version ?? "$LATEST",
      result: running.result,
      logTail: () => over.then(running.tail),
    };
  } finally {
    if (!isRunning) release();
  }
}

/** Starts an environment of `$LATEST` for the first invocation. */
export async function warmFunction(name: string, context: InvokeContext): Promise<void> {
  const { record, version } = await findTarget({ functionName: name }, context);
  const pool = await findPool(record, version, context);
  // If the environment cannot be created, the next invocation reports it.
  void pool.acquire().then(
    (place) => place.release(),
    () => {},
  );
}

async function findPool(
  record: FunctionRecord,
  version: VersionRecord,
  context: InvokeContext,
): Promise<Pool> {
  const pool = context.fleet.poolOf(await describeVersion(record, version, context));
  context.pools.set(version, pool);
  return pool;
}
