// An event as an adapter reads it from its first pipe (docs/languages.md, "The protocol").
import { eventEnvironment } from "../event/environment.ts";
import type { Invocation } from "../invocation.ts";
import type { Platform } from "../settings.ts";

/** Files that the adapter puts at descriptors 0 and 1. */
export interface RequestFiles {
  readonly stdin: string;
  readonly stdout?: string;
}

/**
 * `previous` are the variables of the event before, which are unset unless this one has them too;
 * afterwards it has this event's.
 */
export function requestHead(
  invocation: Invocation,
  platform: Platform,
  previous: Set<string>,
  files: RequestFiles | undefined,
): string {
  const lines: string[] = [];
  for (const [name, value] of invocation.headers) lines.push(`${name}: ${oneLine(value)}`);
  const variables = eventEnvironment(invocation, platform);
  for (const name of previous) {
    if (!Object.hasOwn(variables, name)) lines.push(name);
  }
  previous.clear();
  for (const [name, value] of Object.entries(variables)) {
    previous.add(name);
    lines.push(`${name}=${oneLine(value)}`);
  }
  if (files !== undefined) lines.push(`<${files.stdin}`);
  if (files?.stdout !== undefined) lines.push(`>${files.stdout}`);
  lines.push("");
  return lines.join("\n");
}

/** The whole request: a line with the lengths of its parts, the head, the event. */
export function request(id: string, head: string, body: Buffer): Buffer {
  const bytes = Buffer.byteLength(head);
  const start = Buffer.from(`event ${id} ${bytes} ${body.length}\n${head}`);
  return body.length === 0 ? start : Buffer.concat([start, body]);
}

// A line of the head is a header or a variable. Neither can contain a line end, because an HTTP
// header cannot.
function oneLine(value: string): string {
  return /[\n\0]/.test(value) ? value.replaceAll(/[\n\0]/g, " ") : value;
}
