// The functions' logs as they are written, on the terminal of `stdlambda dev`.

import type { Writable } from "node:stream";
import { withStylesOnly } from "../../host/control-characters.ts";
import type { LogEvent } from "../../local/logs/log-event.ts";
import { linesOf } from "../terminal/log-text.ts";
import type { Palette } from "../terminal/output.ts";

/**
 * A thousand invocations a second write three lines each, so what comes within this time, in
 * milliseconds, is written at once; nobody sees the delay.
 */
const togetherMs = 5;

/** Each line with its function's name; as JSON, a record for each message. */
export function createLogPrinter(
  stream: Writable,
  format: "text" | "json",
  palette: Palette,
): (event: LogEvent) => void {
  const print = format === "json" ? asJson : createTextFormat(palette);
  let pending = "";
  const write = () => {
    stream.write(pending);
    pending = "";
  };
  return (event) => {
    if (pending === "") setTimeout(write, togetherMs);
    pending += print(event);
  };
}

function asJson({ group, stream, timestampMs, message }: LogEvent): string {
  const timestamp = new Date(timestampMs).toISOString();
  return `${JSON.stringify({ timestamp, function: functionOf(group), stream, message })}\n`;
}

function createTextFormat(palette: Palette): (event: LogEvent) => string {
  // Usually one function writes many lines in a row.
  let lastGroup: string | undefined;
  let prefix = "";
  const print = (line: string) => `${prefix} ${shown(line, palette)}\n`;
  return ({ group, message }) => {
    if (group !== lastGroup) {
      lastGroup = group;
      prefix = palette.dim(`${functionOf(group)} |`);
    }
    return linesOf(message).map(print).join("");
  };
}

function functionOf(group: string): string {
  return group.replace(/^\/aws\/lambda\//, "");
}

const platformLine = /^(INIT_START|START|END|REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION)\b/;

function shown(line: string, palette: Palette): string {
  return platformLine.test(line) ? palette.dim(line) : withStylesOnly(line);
}
