// Looks for what scripts have left running outside their groups, once for all scripts that ended in
// a while: when other processes start all the time, each look has to read the whole of /proc.
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
