// A function's answer on stdout.
import type { FunctionError, InvocationResult } from "../../local/runtime-api/invocation.ts";
import { write } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

/** Bytes as they are; an error as the caller of a function sees it. */
export async function writeResult(
  result: InvocationResult,
  surroundings: Surroundings,
): Promise<FunctionError | undefined> {
  const { stdout, signal } = surroundings;
  // The user stopped it, so how the host ended does not matter.
  if (signal?.aborted) return undefined;
  if (result.kind !== "stream") {
    await write(stdout, result.body);
    separateLog(result.body.at(-1), surroundings);
    return result.kind === "error" ? result : undefined;
  }
  let lastByte: number | undefined;
  for await (const chunk of result.chunks as AsyncIterable<Buffer>) {
    lastByte = chunk.at(-1) ?? lastByte;
    await write(stdout, chunk);
  }
  separateLog(lastByte, surroundings);
  return result.ended;
}

/**
 * On a terminal the log would continue the response's last line; the response itself stays
 * unchanged.
 */
function separateLog(lastByte: number | undefined, { stdout, stderr }: Surroundings): void {
  const newline = 10;
  const isOpen = lastByte !== undefined && lastByte !== newline;
  if (isOpen && stdout.isTTY && stderr.isTTY) stderr.write("\n");
}
