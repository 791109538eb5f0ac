// One message of a log, and the id that encodes its position.

export interface LogEvent {
  readonly group: string;
  readonly stream: string;
  /** Without the newline at its end. */
  readonly message: string;
  /** Epoch milliseconds: when it happened. */
  readonly timestampMs: number;
  /** Epoch milliseconds: when it was stored. */
  readonly ingestedMs: number;
  /** Counts the events of a store, from 1. */
  readonly sequence: number;
}

/** What decides on the order of two events of a log: first the time, then the sequence. */
export type LogPosition = Pick<LogEvent, "timestampMs" | "sequence">;

const timeDigits = 16;
const sequenceDigits = 40;

/** 56 digits, as CloudWatch's own; ids sort as the events do, across restarts of the service. */
export function eventId({ timestampMs, sequence }: LogPosition): string {
  return (
    String(timestampMs).padStart(timeDigits, "0") + String(sequence).padStart(sequenceDigits, "0")
  );
}

/** Undefined when it is not an id of ours. */
export function parseEventId(id: string): LogPosition | undefined {
  if (!/^\d{56}$/.test(id)) return undefined;
  const timestampMs = Number(id.slice(0, timeDigits));
  const sequence = Number(id.slice(timeDigits));
  if (!Number.isSafeInteger(timestampMs) || !Number.isSafeInteger(sequence)) return undefined;
  return { timestampMs, sequence };
}

export function comparePositions(one: LogPosition, other: LogPosition): number {
  return one.timestampMs - other.timestampMs || one.sequence - other.sequence;
}
