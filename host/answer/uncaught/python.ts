// Python prints the frames from the outermost on, then `module.Name: message`. The text alone does
// not show whether an exception was logged or ended the script, nor where its message ends. The
// frames and the source do: an uncaught exception begins in the script's own text, outside any
// `try`.
import { enclosingLines, sourceOf } from "./enclosing-lines.ts";
import { type Report, type StartedAs, trimmed } from "./report.ts";

const plainStart = "Traceback (most recent call last):";
const groupStart = "  + Exception Group Traceback (most recent call last):";
/** Exceptions that Python itself caught, while an object or the interpreter ended. */
const ignored = /^(?:Exception ignored |Error in atexit\._run_exitfuncs)/;
/** More than these are a log; the last ones are enough. */
const mostTracebacks = 32;

const chained = [
  "The above exception was the direct cause of the following exception:",
  "During handling of the above exception, another exception occurred:",
];

/** One traceback; `rest` is everything after the line with its name. */
interface Traceback {
  readonly frames: readonly string[];
  readonly name: string;
  readonly message: string;
  readonly rest: readonly string[];
}

export function pythonReport(
  all: readonly string[],
  status: number,
  startedAs: StartedAs | undefined,
): Report | undefined {
  if (status !== 1) return undefined;
  const lines = withoutIgnored(all);
  const starts = lines.flatMap((line, index) =>
    line === plainStart || line === groupStart ? [index] : [],
  );
  const found = starts.slice(-mostTracebacks).flatMap((index) => {
    const traceback = readTraceback(lines, index);
    return traceback === undefined ? [] : [{ traceback, isFirst: !isChained(lines, index) }];
  });
  if (found.length === 0) return unparsable(lines, startedAs);
  // Of a chain the last one counts, because it ended the script.
  const last = found.filter((_, index) => found[index + 1]?.isFirst !== false);
  const own = last.map(({ traceback }) => traceback).filter((one) => isOf(one, startedAs));
  const traceback = own.find((one) => isUncaught(one)) ?? own.at(-1);
  return traceback === undefined ? undefined : reportOf(traceback);
}

function reportOf(traceback: Traceback): Report | undefined {
  const { frames, name, message, rest } = traceback;
  const outermost = placeOf(frames);
  if (outermost !== undefined && !isModule(outermost)) return undefined;
  const report = { errorType: name, stackTrace: trimmed(frames) };
  if (!isUncaught(traceback)) {
    // It may have been caught; then the text after it was printed later.
    return rest.some((line) => /^\S/.test(line)) ? undefined : whole();
  }
  return saysLast(outermost?.path) ? { ...report, errorMessage: message } : whole();

  function whole(): Report {
    return { ...report, errorMessage: [message, ...rest].join("\n").trimEnd() };
  }
}

function withoutIgnored(lines: readonly string[]): readonly string[] {
  let end = lines.length;
  for (;;) {
    const start = lines.lastIndexOf(plainStart, end - 1);
    if (start < 1 || !ignored.test(lines[start - 1] as string)) return lines.slice(0, end);
    end = start - 1;
  }
}

function isChained(lines: readonly string[], start: number): boolean {
  const sentence = (lines[start - 2] ?? "").replace(/^ {2}\| /, "");
  return chained.includes(sentence);
}

function readTraceback(lines: readonly string[], start: number): Traceback | undefined {
  const body = lines[start] === groupStart ? groupBody(lines, start) : lines.slice(start + 1);
  const head = body.findIndex((line) => /^\S/.test(line));
  return head === -1 ? undefined : splitAt(body, head);
}

function splitAt(body: readonly string[], head: number): Traceback | undefined {
  const named = /^(?:[\p{L}\p{N}_.<>]*\.)?([\p{L}_][\p{L}\p{N}_]*)(?:: ?(.*))?$/u.exec(
    body[head] as string,
  );
  if (named === null) return undefined;
  return {
    frames: body.slice(0, head),
    name: named[1] as string,
    message: named[2] ?? "",
    rest: body.slice(head + 1),
  };
}

/** A group is drawn as a tree; its own report is the part before the first branch. */
function groupBody(lines: readonly string[], start: number): string[] {
  const body = lines.slice(start + 1);
  const branch = body.findIndex((line) => line.startsWith("  +-+-"));
  return body
    .slice(0, branch === -1 ? undefined : branch)
    .map((line) => line.replace(/^ {2}\| ?/, ""));
}

interface Place {
  readonly path: string;
  readonly line: number;
  readonly label: string;
}

function placeOf(frames: readonly string[]): Place | undefined {
  for (const frame of frames) {
    const found = /^ {2}File "(.*)", line (\d+)(?:, in (.*))?$/.exec(frame);
    if (found) return { path: found[1] as string, line: Number(found[2]), label: found[3] ?? "" };
  }
  return undefined;
}

/** The text of a script, or of a module that `python -m` runs. */
function isModule({ path, label }: Place): boolean {
  return label === "<module>" || label === "" || isRunpy(path);
}

/** Whether the script itself printed it, as far as this can be known. */
function isOf({ frames }: Traceback, startedAs: StartedAs | undefined): boolean {
  const place = placeOf(frames);
  if (startedAs === undefined || place === undefined || !isPython(startedAs)) return true;
  if (place.path.startsWith("<") || isRunpy(place.path)) {
    return startedAs.args.some((argument) => /^-[a-zA-Z]*[cm]$/.test(argument));
  }
  return startedAs.args.some((argument) => `/${place.path}`.endsWith(`/${argument}`));
}

function isRunpy(path: string): boolean {
  return path === "<frozen runpy>" || path.endsWith("/runpy.py");
}

function isPython({ program }: StartedAs): boolean {
  return /(?:^|\/)python[\d.]*$/.test(program);
}

function isUncaught({ frames }: Traceback): boolean {
  const place = placeOf(frames);
  if (place === undefined || !isModule(place)) return false;
  const lines = enclosingLines(place.path, place.line);
  return lines !== undefined && !lines.some((line) => /^\s*try\s*:/.test(line));
}

/** Whether the script may print something after the report of its end. */
function saysLast(path: string | undefined): boolean {
  return path !== undefined && /\batexit\b|__del__|\bfinalize\b/.test(sourceOf(path) ?? "");
}

/** A script that does not parse has no traceback, only the place of the error. */
function unparsable(
  lines: readonly string[],
  startedAs: StartedAs | undefined,
): Report | undefined {
  const start = lines.findLastIndex((line) => /^ {2}File ".*", line \d+$/.test(line));
  if (start === -1 || !/^ {4}/.test(lines[start + 1] ?? "")) return undefined;
  const body = lines.slice(start);
  const head = body.findIndex((line) => /^\w+Error: /.test(line));
  const traceback = head === -1 ? undefined : splitAt(body, head);
  if (traceback === undefined || !isOf(traceback, startedAs)) return undefined;
  const { name, message, frames, rest } = traceback;
  return {
    errorType: name,
    errorMessage: [message, ...rest].join("\n").trimEnd(),
    stackTrace: trimmed(frames),
  };
}
