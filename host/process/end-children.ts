// Ends children for good: SIGTERM to each group, SIGKILL when that was not enough.
import type { Child } from "./child.ts";

/** Lambda gives a runtime 300 to 500 ms between SIGTERM and SIGKILL; the host must exit within it. */
const graceMs = 250;

/** Resolves when none of them runs any longer. */
export async function endChildren(children: Iterable<Child>): Promise<void> {
  const all = [...children];
  for (const child of all) child.signal("SIGTERM");
  const timer = setTimeout(() => {
    for (const child of all) child.signal("SIGKILL");
  }, graceMs);
  await Promise.all(all.map((child) => child.ended));
  clearTimeout(timer);
  // What a script started and left in its group.
  for (const child of all) child.signal("SIGKILL");
}
