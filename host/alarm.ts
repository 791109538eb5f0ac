// One timer for all deadlines. A deadline is hardly ever reached, and a timer for each event would
// be a measurable part of its cost. So the one timer stays armed for an old deadline, and looks at
// the current ones when it fires.

/** Something to do at a time (epoch milliseconds), unless it is cancelled first. */
export interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

const waiting = new Set<Alarm>();
let timer: NodeJS.Timeout | undefined;
let armedFor = Number.POSITIVE_INFINITY;

export function setAlarm(alarm: Alarm): void {
  waiting.add(alarm);
  if (alarm.at < armedFor) arm(alarm.at);
}

/** Lets the event loop become empty although a deadline is pending. */
export function releaseAlarms(): void {
  timer?.unref();
}

export function cancelAlarm(alarm: Alarm): void {
  waiting.delete(alarm);
}

function arm(at: number): void {
  clearTimeout(timer);
  armedFor = at;
  timer = setTimeout(look, Math.max(0, at - Date.now()));
}

function look(): void {
  armedFor = Number.POSITIVE_INFINITY;
  const now = Date.now();
  for (const alarm of waiting) {
    if (alarm.at > now) continue;
    waiting.delete(alarm);
    alarm.ring();
  }
  let earliest = Number.POSITIVE_INFINITY;
  for (const { at } of waiting) earliest = Math.min(earliest, at);
  if (earliest < armedFor) arm(earliest);
}
