// Writing to the two streams: colours where somebody looks, bytes where somebody reads.
import type { Writable } from "node:stream";
import { styleText } from "node:util";
import { UsageError } from "../options/usage-error.ts";
import type { Terminal } from "./surroundings.ts";

export interface Palette {
  red(text: string): string;
  yellow(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

/** Colours only on a terminal that has them; NO_COLOR and FORCE_COLOR are honoured there. */
export function createPalette(stream: Terminal, env: NodeJS.ProcessEnv): Palette {
  const hasColours = stream.isTTY === true && (stream.getColorDepth?.(env) ?? 1) > 1;
  const style = (format: keyof Palette) => (text: string) =>
    hasColours ? styleText(format, text, { validateStream: false }) : text;
  return { red: style("red"), yellow: style("yellow"), bold: style("bold"), dim: style("dim") };
}

/** The reader of stdout has gone, as in `| head`; nothing is left to be done. */
export class OutputClosedError extends Error {
  override name = "OutputClosedError";
}

/** Resolves when the bytes are on their way, so that a slow reader slows the writer. */
export function write(stream: Writable, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => {
      if (!error) resolve();
      else if (hasCode(error, "EPIPE")) reject(new OutputClosedError());
      else reject(new UsageError(`the output cannot be written: ${error.message}`));
    });
  });
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
