// How many events go into one answer, and how they look there.
import type { LogEvent } from "../log-event.ts";

/** 1 MB, the limit of FilterLogEvents and GetLogEvents; the event itself counts 26 bytes. */
const pageBytes = 1024 * 1024;
const eventBytes = 26;

/** As many of the events that are asked for as fit, from the front; at least one if there is one. */
export function pageOfEvents(
  events: Iterable<LogEvent>,
  limit: number,
  isAsked: (event: LogEvent) => boolean,
): { readonly page: LogEvent[]; readonly hasMore: boolean } {
  const page: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (!isAsked(event)) continue;
    bytes += Buffer.byteLength(event.message) + eventBytes;
    const isFull = page.length === limit || (bytes > pageBytes && page.length > 0);
    if (isFull) return { page, hasMore: true };
    page.push(event);
  }
  return { page, hasMore: false };
}

/** Lambda hands on a line with its newline; `aws logs` and the SDK show it so. */
export function messageOnWire({ message }: LogEvent): string {
  return `${message}\n`;
}
