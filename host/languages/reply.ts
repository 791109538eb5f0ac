// What an adapter writes to its second pipe, read from pieces of any size (docs/languages.md, "The
// protocol").

import { maximumPayloadBytes } from "../../lambda/limits.ts";
import type { Failure } from "../answer/failure.ts";
import { type Collector, createCollector } from "../process/collector.ts";

export type Reply =
  /** The file is loaded. */
  | { readonly kind: "ready" }
  /** `body` is undefined when it was larger than a response may be. */
  | { readonly kind: "response"; readonly id: string; readonly body: Buffer | undefined }
  | { readonly kind: "error"; readonly id: string; readonly failure: Failure }
  /** The output is in the event's file. */
  | { readonly kind: "done"; readonly id: string; readonly status: number }
  /** Not a reply; nothing after it is read. */
  | { readonly kind: "nonsense"; readonly text: string };

export interface ReplyReader {
  /** The replies that this piece has completed. */
  push(piece: Buffer): Reply[];
  /** Whether a part of a reply waits for its rest. */
  readonly partial: boolean;
}

/** A text that follows the first line of a reply. */
interface Part {
  missing: number;
  /** How much of the missing part is kept; the rest is read and dropped. */
  wanted: number;
  readonly kept: Collector;
}

/** The first line of a reply is never longer. */
const longestLine = 200;

/** Longer texts of an error are cut. */
const longestText = 256 * 1024;

export function createReplyReader(): ReplyReader {
  let line: Buffer = Buffer.alloc(0);
  let parts: Part[] = [];
  let finish: (() => Reply) | undefined;
  let over = false;

  function expect(lengths: readonly number[], most: number): Part[] {
    return lengths.map((missing) => ({
      missing,
      wanted: Math.min(missing, most),
      kept: createCollector(),
    }));
  }

  /** The reply that its first line completes; `finish` makes it when texts follow. */
  function begin(text: string): Reply | undefined {
    if (text === "ready") return { kind: "ready" };
    const [word, id = "", ...numbers] = text.split(" ");
    const counts = numbers.every((number) => /^\d{1,15}$/.test(number)) ? numbers.map(Number) : [];
    const [count = 0] = counts;
    if (word === "done" && counts.length === 1) return { kind: "done", id, status: count };
    if (word === "response" && counts.length === 1) {
      const tooLarge = count > maximumPayloadBytes;
      parts = expect(counts, tooLarge ? 0 : count);
      finish = () => ({
        kind: "response",
        id,
        body: tooLarge ? undefined : (parts[0] as Part).kept.bytes(),
      });
      return undefined;
    }
    if (word === "error" && counts.length === 3) {
      parts = expect(counts, longestText);
      finish = () => ({ kind: "error", id, failure: failureOf(parts) });
      return undefined;
    }
    over = true;
    return { kind: "nonsense", text };
  }

  return {
    get partial() {
      return line.length > 0 || finish !== undefined;
    },
    push(piece) {
      const replies: Reply[] = [];
      let rest = piece;
      while (!over) {
        if (finish === undefined) {
          const end = rest.indexOf(0x0a);
          const more = end === -1 ? rest : rest.subarray(0, end);
          line = line.length === 0 ? more : Buffer.concat([line, more]);
          if (line.length > longestLine) {
            over = true;
            replies.push({ kind: "nonsense", text: line.toString("utf8", 0, longestLine) });
            break;
          }
          if (end === -1) break;
          rest = rest.subarray(end + 1);
          const text = line.toString("utf8");
          line = Buffer.alloc(0);
          const reply = begin(text);
          if (reply !== undefined) {
            replies.push(reply);
            continue;
          }
        }
        rest = fill(parts, rest);
        if (finish === undefined || parts.some(({ missing }) => missing > 0)) break;
        replies.push(finish());
        finish = undefined;
      }
      return replies;
    },
  };
}

/** Takes the bytes that belong to the texts; returns the rest of the piece. */
function fill(parts: readonly Part[], piece: Buffer): Buffer {
  let rest = piece;
  for (const part of parts) {
    const taken = rest.subarray(0, part.missing);
    const wanted = taken.subarray(0, part.wanted);
    if (wanted.length > 0) part.kept.push(wanted);
    part.wanted -= wanted.length;
    part.missing -= taken.length;
    rest = rest.subarray(taken.length);
    if (part.missing > 0) break;
  }
  return rest;
}

function failureOf(parts: readonly Part[]): Failure {
  // What is not UTF-8 is repaired here, so that an adapter need not care.
  const [type = "", message = "", stack = ""] = parts.map(({ kept }) => kept.bytes().toString());
  return { errorType: type || "Error", errorMessage: message, stackTrace: frames(stack) };
}

/** A frame for each line, or each ended by NUL in languages whose frames have several lines. */
function frames(stack: string): string[] {
  const separator = stack.includes("\0") ? "\0" : "\n";
  return stack.split(separator).filter((frame) => frame !== "");
}
