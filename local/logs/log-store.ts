// The logs of all functions, in memory; the oldest events make room for the newest.
import type { LogEvent } from "./log-event.ts";
import {
  createLogGroup,
  type LogGroup,
  type LogQuery,
  type LogStreamSummary,
} from "./log-group.ts";

export interface LogGroupSummary {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdMs: number;
  readonly storedBytes: number;
}

export interface LogStore {
  /** Stores one message; cheap enough for every line that a function writes. */
  append(group: string, stream: string, message: string, timestampMs?: number): void;
  /** Sorted by name. */
  groups(): readonly LogGroupSummary[];
  /** Sorted by name; undefined when there is no such group. */
  streams(group: string): readonly LogStreamSummary[] | undefined;
  /** In the order of their ids; none when there is no such group. */
  events(query: { readonly group: string } & LogQuery): readonly LogEvent[];
  /**
   * Called for each event as it is stored, until the returned function is called. Must not throw.
   */
  subscribe(listener: (event: LogEvent) => void): () => void;
}

export const defaultMaximumBytes = 16 * 1024 * 1024;

export function createLogStore(options: { maximumBytesPerGroup?: number } = {}): LogStore {
  const maximumBytes = options.maximumBytesPerGroup ?? defaultMaximumBytes;
  const groups = new Map<string, LogGroup>();
  const listeners = new Set<(event: LogEvent) => void>();
  let sequence = 0;

  return {
    append(name, stream, message, timestampMs) {
      const now = Date.now();
      let group = groups.get(name);
      if (group === undefined) {
        group = createLogGroup(now, maximumBytes);
        groups.set(name, group);
      }
      sequence += 1;
      const event: LogEvent = {
        group: name,
        stream,
        message,
        timestampMs: timestampMs === undefined ? now : Math.floor(timestampMs),
        ingestedMs: now,
        sequence,
      };
      group.add(event);
      for (const listener of listeners) listener(event);
    },
    groups: () =>
      [...groups]
        .map(([name, group]) => ({
          name,
          createdMs: group.createdMs,
          storedBytes: group.storedBytes(),
        }))
        .sort(byName),
    streams: (group) => groups.get(group)?.streams().sort(byName),
    events: ({ group, ...query }) => groups.get(group)?.events(query) ?? [],
    subscribe(listener) {
      // A separate listener for each call, so that one function may subscribe twice.
      const own = (event: LogEvent) => listener(event);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}

/** CloudWatch sorts names by their bytes, not by a language. */
function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
