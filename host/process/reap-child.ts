// For a child that ended before its event came: its stderr goes to the log, its descriptors are
// closed.
import type { Log } from "../log.ts";
import type { Child } from "./child.ts";
import { createStderr } from "./stderr.ts";

/** The child has not been read from before. Never rejects. */
export async function reapChild(child: Child, log: Log): Promise<void> {
  const stderr = createStderr(log, undefined);
  child.read(() => undefined, stderr.push);
  await child.finish();
  stderr.flush();
}
