// The functions' logs as they are written, on the terminal of `stdlambda dev`.
import type { Writable } from "node:stream";
import type { LogEvent } from "../local/logs/log-event.ts";
import type { Palette } from "./output.ts";

/** Each line with its function's name; as JSON, a record for each message. */
export function createLogPrinter(
  stream: Writable,
  format: "text" | "json",
  palette: Palette,
): (event: LogEvent) => void {
  const print = format === "json" ? asJson : (event: LogEvent) => asText(event, palette);
  // A thousand invocations a second write four lines each: one write for what came together.
  let pending = "";
  return (event) => {
    if (pending === "") {
      setImmediate(() => {
        stream.write(pending);
        pending = "";
      });
    }
    pending += print(event);
  };
}

function asJson({ group, stream, timestampMs, message }: LogEvent): string {
  const timestamp = new Date(timestampMs).toISOString();
  return `${JSON.stringify({ timestamp, function: functionOf(group), stream, message })}\n`;
}

function asText({ group, message }: LogEvent, palette: Palette): string {
  const prefix = palette.dim(`${functionOf(group)} |`);
  const lines = message.split("\n").map((line) => `${prefix} ${shown(line, palette)}\n`);
  return lines.length === 1 ? (lines[0] as string) : lines.join("");
}

function functionOf(group: string): string {
  return group.replace(/^\/aws\/lambda\//, "");
}

const platformLine = /^(INIT_START|START|END|REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION)\b/;

/** Terminal sequences, but those of colours. */
const steering =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /\u001b(?!\[[\d;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g;

/** Whatever a function writes, it does not steer the terminal. */
function shown(line: string, palette: Palette): string {
  return platformLine.test(line) ? palette.dim(line) : line.replaceAll(steering, " ");
}
