// Standard input and output of one event in a process that stays: the adapter opens both by name.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeNamedOutput } from "./named-pipes.ts";
import type { Sink } from "./output.ts";

/** How long output may still come from processes that an answered event has left running. */
const drainMs = 50;

interface EventFiles {
  readonly stdin: string;
  readonly stdout: string;
  /** Begins to read the output. */
  read(sink: Sink): void;
  /**
   * The adapter has its own output back, or has ended: resolves when the event's output is read.
   */
  close(): Promise<void>;
}

/** Only the event, for a language that reads it from a file. */
export function writeEventFile(event: Buffer): { readonly stdin: string; remove(): void } {
  folder ??= makeFolder();
  const stdin = join(folder, String(++count));
  writeFileSync(stdin, event, { mode: 0o600 });
  return { stdin, remove: () => rmSync(stdin, { force: true }) };
}

let folder: string | undefined;
let count = 0;

/**
 * The input is a file, not a pipe: a pipe whose writer has closed cannot be opened any more
 * (fifo(7)), and a language that keeps its stdin from event to event can go back to the start of a
 * file.
 */
export function openEventFiles(event: Buffer, withoutLinks = false): EventFiles {
  const { stdin, remove } = writeEventFile(event);
  const pipe = takeNamedOutput(withoutLinks);
  let onEnd: (() => void) | undefined;
  let ended = false;
  return {
    stdin,
    stdout: pipe.path,
    read(sink) {
      const settle = () => {
        ended = true;
        onEnd?.();
      };
      pipe.output.read(sink, settle, settle);
    },
    async close() {
      remove();
      pipe.closeName();
      if (!ended) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, drainMs);
          onEnd = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      pipe.output.destroy();
    },
  };
}

function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), "stdlambda-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}
