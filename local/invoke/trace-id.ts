// X-Ray's header for an invocation that comes without one.
import { randomUUID } from "node:crypto";

/**
 * Not sampled, because nothing listens here. The digits are from a UUID, of which Node keeps a
 * supply: asking the system for random bytes would be slower.
 */
export function createTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  // Groups of 8-4-4-4-12 digits; the third and fourth begin with fixed ones.
  const one = randomUUID();
  const other = randomUUID();
  const root = one.slice(0, 8) + one.slice(9, 13) + one.slice(24);
  return `Root=1-${seconds}-${root};Parent=${other.slice(0, 8)}${other.slice(28)};Sampled=0`;
}
