// What scripts have left running outside of their groups, looked for once for all that have ended in a
// while: with others starting processes all the time each look reads the whole of /proc.
import { type EndedScript, killEscaped } from "../process/escaped.ts";

const everyMs = 100;

let ended: EndedScript[] = [];

export function sweepLater(script: EndedScript): void {
  ended.push(script);
  if (ended.length === 1) setTimeout(sweep, everyMs);
}

function sweep(): void {
  const scripts = ended;
  ended = [];
  killEscaped(scripts);
}
