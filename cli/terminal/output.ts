// Writing to the two streams: colours for people, bytes for programs.

import type { Writable } from "node:stream";
import { styleText } from "node:util";
import { ExpectedError, incorrectUsage } from "../../host/expected-error.ts";
import type { Terminal } from "./surroundings.ts";

export interface Palette {
  red(text: string): string;
  yellow(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

/** Colours only on a terminal that has them; NO_COLOR and FORCE_COLOR are respected there. */
export function createPalette(stream: Terminal, env: NodeJS.ProcessEnv): Palette {
  const hasColours = stream.isTTY === true && (stream.getColorDepth?.(env) ?? 1) > 1;
  const style = (format: keyof Palette) => (text: string) =>
    hasColours ? styleText(format, text, { validateStream: false }) : text;
  return { red: style("red"), yellow: style("yellow"), bold: style("bold"), dim: style("dim") };
}

/** Resolves when the bytes are written, so that a slow reader slows the writer. */
export function write(stream: Writable, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => {
      if (!error) resolve();
      else if (hasCode(error, "EPIPE") || hasCode(error, "ERR_STREAM_DESTROYED"))
        reject(outputClosed());
      else reject(incorrectUsage(`the output cannot be written: ${error.message}`));
    });
  });
}

/**
 * The reader of stdout has gone, as in `| head`: there is nothing left to do, and nothing to
 * report.
 */
function outputClosed(): ExpectedError {
  return new ExpectedError("nobody reads the output any more", { exitStatus: 0 });
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
