// A function's log on a terminal, which the function must not be able to steer.
import type { Writable } from "node:stream";
import { withStylesOnly } from "../../host/control-characters.ts";

/**
 * A record of several lines has carriage returns instead of newlines, as Node's runtime on AWS
 * writes it.
 */
export function linesOf(record: string): string[] {
  return /[\r\n]/.test(record) ? record.split(/\r\n?|\n/) : [record];
}

/** The stream itself if it is not a terminal: a file gets the log byte for byte. */
export function logStream(
  stream: Writable & { readonly isTTY?: boolean },
): Pick<Writable, "write"> {
  if (!stream.isTTY) return stream;
  return {
    write: (text: string | Uint8Array) =>
      stream.write(
        linesOf(
          Buffer.from(text)
            .toString()
            .replace(/\r(?=\n)/g, ""),
        )
          .map(withStylesOnly)
          .join("\n"),
      ),
  };
}
