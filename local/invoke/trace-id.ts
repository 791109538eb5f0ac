// X-Ray's header for an invocation that comes without one.
import { randomUUID } from "node:crypto";

/**
 * Not sampled, because nothing listens here. The digits are a UUID's, which Node has in stock:
 * asking the system for random bytes each time would cost 6 us.
 */
export function createTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  // Groups of 8-4-4-4-12 digits; the third and fourth begin with what is not random.
  const one = randomUUID();
  const other = randomUUID();
  const root = one.slice(0, 8) + one.slice(9, 13) + one.slice(24);
  return `Root=1-${seconds}-${root};Parent=${other.slice(0, 8)}${other.slice(28)};Sampled=0`;
}
