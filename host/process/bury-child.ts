// A child that ended before its event came: what it had to say goes to the log, what it held is freed.
import type { Log } from "../log.ts";
import type { Child } from "./child.ts";
import { createStderr } from "./stderr.ts";

/** The child has not been read from before. Never rejects. */
export async function buryChild(child: Child, log: Log): Promise<void> {
  const stderr = createStderr(log, undefined);
  child.read(() => undefined, stderr.push);
  await child.finish();
  stderr.flush();
}
