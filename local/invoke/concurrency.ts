// How many invocations may run at a time: of one function, and of the whole account.
import { lambdaError, type ServiceError } from "../service-error.ts";

export interface Concurrency {
  /**
   * Counts an invocation; call `release` with the same name when it is over.
   * @throws ServiceError TooManyRequestsException with AWS's reason.
   */
  take(name: string, reserved: number | undefined): void;
  release(name: string): void;
}

/** `limit`: concurrent executions of the account, of which functions reserve their parts. */
export function createConcurrency(limit: number): Concurrency {
  const running = new Map<string, number>();
  let total = 0;
  return {
    take(name, reserved) {
      const own = running.get(name) ?? 0;
      if (reserved !== undefined && own >= reserved) {
        throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
      }
      if (total >= limit) throw throttled("ConcurrentInvocationLimitExceeded");
      running.set(name, own + 1);
      total += 1;
    },
    release(name) {
      const own = (running.get(name) ?? 1) - 1;
      if (own > 0) running.set(name, own);
      else running.delete(name);
      total -= 1;
    },
  };
}

function throttled(reason: string): ServiceError {
  return lambdaError("TooManyRequestsException", "Rate Exceeded.", { Reason: reason });
}
