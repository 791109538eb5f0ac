// Shows on stderr what long work is doing: one line, rewritten, on a terminal; otherwise a line for
// each step.
import { createPalette } from "./output.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Progress extends Disposable {
  /** The step that begins now. */
  step(text: string): void;
  /** How far the step is; `part` from 0 to 1. Shown only on a terminal, and may be called often. */
  at(part: number): void;
  /** The last line, which stays; it belongs to stdout's output, so it is not shown with --json. */
  done(text: string): void;
  /** A message that the user should see in any case; it stays as well. */
  warn(text: string): void;
}

export interface ProgressOptions {
  readonly quiet?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const eraseLine = "\r\u001b[2K";

/** `using progress = …`, so that the line is erased before an error is printed. */
export function createProgress(
  { stderr, env }: Pick<Surroundings, "stderr" | "env">,
  { quiet, json }: ProgressOptions = {},
): Progress {
  const isTerminal = stderr.isTTY === true && env.TERM !== "dumb";
  const { dim, yellow } = createPalette(stderr, env);
  let step = "";
  let shown = "";
  const draw = (line: string) => {
    if (line === shown) return;
    shown = line;
    stderr.write(line === "" ? eraseLine : eraseLine + dim(fit(line, stderr.columns)));
  };
  const stay = (line: string) => {
    if (isTerminal) draw("");
    stderr.write(`${line}\n`);
  };
  return {
    step(text) {
      step = text;
      if (quiet) return;
      if (isTerminal) draw(`${text} …`);
      else stderr.write(`${text}\n`);
    },
    at(part) {
      if (quiet || !isTerminal) return;
      draw(`${step} … ${Math.floor(Math.min(1, Math.max(0, part)) * 100)} %`);
    },
    done(text) {
      if (!quiet && !json) stay(text);
    },
    warn(text) {
      stay(yellow(`warning: ${text}`));
    },
    [Symbol.dispose]() {
      if (!quiet && isTerminal) draw("");
    },
  };
}

/** A line that wraps could not be rewritten. */
function fit(line: string, columns = 80): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}
