// Reads the event, and reports what Lambda would refuse before any function saw it.

import { readFile } from "node:fs/promises";
import { getStreamAsBuffer, MaxBufferError } from "get-stream";
import { incorrectUsage } from "../../host/expected-error.ts";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { encodingOf } from "../../project/read-text.ts";
import { parseJson } from "../options/parse-json.ts";
import { hasCode } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

export interface EventOptions {
  /** JSON, or `-` for stdin. */
  readonly data?: string | undefined;
  /** A file's name, or `-` for stdin. */
  readonly file?: string | undefined;
}

/** The event's bytes as given. Throws an ExpectedError if they are not one JSON event. */
export async function readEvent(
  options: EventOptions,
  surroundings: Surroundings,
): Promise<Buffer> {
  const event = await readBytes(options, surroundings);
  if (event.length > maximumPayloadBytes) {
    throw incorrectUsage(
      `the event has ${event.length} bytes, and Lambda accepts at most ${maximumPayloadBytes} (RequestTooLargeException)`,
      { remedy: "Put the data into S3 and its name into the event" },
    );
  }
  const hint = "Lambda refuses such an event (InvalidRequestContentException)";
  parseJson(decode(event, hint), "the event", hint);
  return event;
}

export async function readBytes(
  { data, file }: EventOptions,
  { stdin, signal }: Surroundings,
): Promise<Buffer> {
  if (data !== undefined && file !== undefined) {
    throw incorrectUsage("the event was given twice; use one of -d and -f");
  }
  if (data === "-" || file === "-") return readStream(stdin, signal);
  if (data !== undefined) return Buffer.from(data);
  if (file !== undefined) return readEventFile(file);
  if (stdin.isTTY) return Buffer.from("{}");
  const piped = await readStream(stdin, signal);
  // When started by a scheduler, a test or an editor, stdin is not a terminal but has no event
  // either.
  return piped.length === 0 ? Buffer.from("{}") : piped;
}

async function readStream(
  stdin: Surroundings["stdin"],
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const stop = () => stdin.destroy(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    if (signal?.aborted) throw signal.reason;
    return await getStreamAsBuffer(stdin, { maxBuffer: maximumPayloadBytes });
  } catch (error) {
    if (!(error instanceof MaxBufferError)) throw error;
    throw incorrectUsage(
      `the event has more than the ${maximumPayloadBytes} bytes that Lambda accepts (RequestTooLargeException)`,
      { remedy: "Put the data into S3 and its name into the event" },
    );
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

async function readEventFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw incorrectUsage(`the event file ${file} does not exist`);
    if (hasCode(error, "EISDIR")) throw incorrectUsage(`the event file ${file} is a directory`);
    throw incorrectUsage(`the event file ${file} cannot be read: ${(error as Error).message}`);
  }
}

function decode(event: Buffer, hint: string): string {
  const encoding = encodingOf(event);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(event);
  } catch {
    throw incorrectUsage("the event is not JSON: it is not UTF-8", { remedy: hint });
  }
  // AWS's clients send it with the mark, and Lambda refuses that.
  if (!text.startsWith("\uFEFF")) return text;
  const what = encoding === "utf-8" ? "a byte order mark" : `the byte order mark of ${encoding}`;
  throw incorrectUsage(`the event is not JSON: it begins with ${what}`, {
    remedy: `${hint}\nSave it as UTF-8 without a byte order mark`,
  });
}
