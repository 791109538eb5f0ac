// PutFunctionConcurrency, GetFunctionConcurrency and DeleteFunctionConcurrency.
import type {
  Concurrency,
  DeleteFunctionConcurrencyRequest,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  PutFunctionConcurrencyRequest,
} from "@aws-sdk/client-lambda";
import { functionArn } from "../../lambda/arns.ts";
import type { Store } from "../store/store.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter } from "./errors.ts";
import { changeFunction, functionOf, unqualifiedTargetOf } from "./target.ts";

export async function putFunctionConcurrency(
  input: PutFunctionConcurrencyRequest,
  context: ControlContext,
): Promise<Concurrency> {
  const { name } = unqualifiedTargetOf(input, context);
  const arn = functionArn(context, name, "$LATEST");
  const { ReservedConcurrentExecutions: reserved = 0 } = input;
  await inTurn(context.store, () =>
    changeFunction(context, { name, qualifier: undefined, arn }, (record) => {
      const available = context.concurrencyLimit - reservedByOthers(context, name) - reserved;
      const minimum = unreservedMinimum(context);
      if (available < minimum) {
        throw invalidParameter(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
        );
      }
      return { ...record, reservedConcurrency: reserved };
    }),
  );
  return { ReservedConcurrentExecutions: reserved };
}

export async function getFunctionConcurrency(
  input: GetFunctionConcurrencyRequest,
  context: ControlContext,
): Promise<GetFunctionConcurrencyResponse> {
  const { reservedConcurrency } = functionOf(context, unqualifiedTargetOf(input, context));
  if (reservedConcurrency === undefined) return {};
  return { ReservedConcurrentExecutions: reservedConcurrency };
}

export async function deleteFunctionConcurrency(
  input: DeleteFunctionConcurrencyRequest,
  context: ControlContext,
): Promise<undefined> {
  await changeFunction(context, unqualifiedTargetOf(input, context), (record) => ({
    ...record,
    reservedConcurrency: undefined,
  }));
}

/** Concurrent executions that are reserved by functions. */
export function reservedByOthers({ store }: ControlContext, except?: string): number {
  return store.functions
    .all()
    .filter(({ name }) => name !== except)
    .reduce((sum, { reservedConcurrency }) => sum + (reservedConcurrency ?? 0), 0);
}

/**
 * AWS leaves 100 of 1,000 or more unreserved; of a smaller limit a tenth is left, and at least one.
 */
function unreservedMinimum({ concurrencyLimit }: ControlContext): number {
  return Math.max(1, Math.min(100, Math.floor(concurrencyLimit / 10)));
}

const turns = new WeakMap<Store, Promise<unknown>>();

/**
 * All functions share one limit, so changes run one after another: two cannot take the last of it
 * at once.
 */
function inTurn<Result>(store: Store, work: () => Promise<Result>): Promise<Result> {
  const result = (turns.get(store) ?? Promise.resolve()).then(work);
  // The next caller does not inherit the failure.
  turns.set(
    store,
    result.catch(() => {}),
  );
  return result;
}
