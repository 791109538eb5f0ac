// The events of one log group in order, up to a number of bytes.
import { comparePositions, type LogEvent, type LogPosition, parseEventId } from "./log-event.ts";

/** The size of an event besides its message: CloudWatch's own figure. */
const billedEventBytes = 26;
/** The same in our memory: the object, its numbers, its place; 150 to 165 bytes on Node 24. */
const heldEventBytes = 160;

export interface LogQuery {
  readonly stream?: string | undefined;
  /** Epoch milliseconds, both included. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** Only events after the one with this id. */
  readonly after?: string | undefined;
}

/** All times in epoch milliseconds. */
export interface LogStreamSummary {
  readonly name: string;
  readonly createdMs: number;
  readonly firstEventMs: number;
  readonly lastEventMs: number;
  readonly lastIngestedMs: number;
}

export interface LogGroup {
  /** Epoch milliseconds. */
  readonly createdMs: number;
  add(event: LogEvent): void;
  storedBytes(): number;
  streams(): LogStreamSummary[];
  events(query: LogQuery): readonly LogEvent[];
}

interface Stream {
  readonly createdMs: number;
  count: number;
}

export function createLogGroup(createdMs: number, maximumBytes: number): LogGroup {
  const streams = new Map<string, Stream>();
  // Dropped events leave a gap at the front, closed when it is as long as what is kept.
  let kept: (LogEvent | undefined)[] = [];
  let first = 0;
  let messageBytes = 0;

  const count = () => kept.length - first;
  const heldBytes = () => messageBytes + count() * heldEventBytes;
  const at = (index: number) => kept[index] as LogEvent;

  function dropOldest(): void {
    const event = at(first);
    kept[first] = undefined;
    first += 1;
    messageBytes -= Buffer.byteLength(event.message);
    const stream = streams.get(event.stream) as Stream;
    stream.count -= 1;
    // Each cold start makes a stream; those without events would pile up.
    if (stream.count === 0) streams.delete(event.stream);
    if (first * 2 > kept.length) {
      kept = kept.slice(first);
      first = 0;
    }
  }

  /** The index of the first event at or after the position. */
  function indexOf(position: LogPosition): number {
    let low = first;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePositions(at(middle), position) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    createdMs,
    add(event) {
      const stream = streams.get(event.stream);
      if (stream) stream.count += 1;
      else streams.set(event.stream, { createdMs: event.ingestedMs, count: 1 });
      const last = kept[kept.length - 1];
      if (last === undefined || last.timestampMs <= event.timestampMs) kept.push(event);
      else kept.splice(indexOf(event), 0, event);
      messageBytes += Buffer.byteLength(event.message);
      // The newest event is always kept, however long it is.
      while (heldBytes() > maximumBytes && count() > 1) dropOldest();
    },
    storedBytes: () => messageBytes + count() * billedEventBytes,
    streams() {
      const summaries = new Map<
        string,
        { -readonly [Key in keyof LogStreamSummary]: LogStreamSummary[Key] }
      >();
      for (let index = first; index < kept.length; index += 1) {
        const { stream: name, timestampMs, ingestedMs } = at(index);
        const summary = summaries.get(name);
        if (summary) {
          summary.lastEventMs = timestampMs;
          summary.lastIngestedMs = Math.max(summary.lastIngestedMs, ingestedMs);
          continue;
        }
        summaries.set(name, {
          name,
          createdMs: streams.get(name)?.createdMs ?? ingestedMs,
          firstEventMs: timestampMs,
          lastEventMs: timestampMs,
          lastIngestedMs: ingestedMs,
        });
      }
      return [...summaries.values()];
    },
    events({ stream, start, end, after }) {
      const begin = start === undefined ? first : indexOf({ timestampMs: start, sequence: 0 });
      const position = after === undefined ? undefined : parseEventId(after);
      const next = position && indexOf({ ...position, sequence: position.sequence + 1 });
      const stop = end === undefined ? kept.length : indexOf({ timestampMs: end + 1, sequence: 0 });
      const found = kept.slice(Math.max(begin, next ?? first), stop) as LogEvent[];
      return stream === undefined ? found : found.filter((event) => event.stream === stream);
    },
  };
}
