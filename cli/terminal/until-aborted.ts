// A wait that ends when the user wants to stop, for loops that wait again and again.
import { addAbortListener } from "node:events";

/** Rejects with the signal's reason when that comes first; leaves no listener on the signal. */
export async function untilAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (!signal) return work;
  const stop = Promise.withResolvers<never>();
  const listener = addAbortListener(signal, () => stop.reject(signal.reason));
  try {
    return await Promise.race([work, stop.promise]);
  } finally {
    listener[Symbol.dispose]();
  }
}
