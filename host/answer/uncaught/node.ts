// Node prints an uncaught exception as its source line with a caret below, an empty line, the error
// with its stack and members, and finally Node's own version.
import type { Report } from "./report.ts";

const version = /^Node\.js v\d+\.\d+\.\d+/;
const frame = /^ {4}at /;

export function nodeReport(lines: readonly string[], status: number): Report | undefined {
  if (status === 13) return unsettledAwait(lines);
  if (status !== 1 || !version.test(lines.at(-1) as string)) return undefined;
  const report = lines.slice(0, -1);
  const head = headOf(report);
  return (head === undefined ? undefined : errorAt(report, head)) ?? thrownValue(report);
}

/** The error's first line, not the report that is quoted in another error's message. */
function headOf(lines: readonly string[]): number | undefined {
  const heads: number[] = [];
  for (let index = 1; index < lines.length; index++) {
    if (
      lines[index - 1] === "Uncaught:" ||
      (lines[index - 1] === "" && endsSource(lines, index - 2))
    )
      heads.push(index);
  }
  let head = heads.pop();
  for (let outer = heads.pop(); outer !== undefined; outer = heads.pop()) {
    // Frames, or Node's version, end the message of the error before.
    if (lines.slice(outer, head).some((line) => frame.test(line) || version.test(line))) break;
    head = outer;
  }
  return head;
}

function errorAt(lines: readonly string[], head: number): Report | undefined {
  // After a report that a message quotes come the frames of the error itself.
  const quoted = lines.findLastIndex((line, index) => index > head && version.test(line));
  const after = Math.max(head, quoted);
  // An error without frames is printed in brackets.
  const bracketed = (lines[head] as string).startsWith("[");
  const end = lines.findIndex(
    (line, index) =>
      index > after &&
      (frame.test(line) ||
        line.startsWith("Emitted 'error' event ") ||
        /^ {2}\[(?:cause|errors)\]: /.test(line)),
  );
  const messageEnd = end === -1 ? lines.length : end;
  const message = lines.slice(head, messageEnd).join("\n").trimEnd();
  const text = bracketed ? withoutBrackets(message) : message;
  const [first = "", ...more] = text.split("\n");
  const name = /^(?:([^\s:[\]]+)|([^\s:[\]][^:[\]]*)(?=:))(?: \[([^\]]*)\])*(?:: ?(.*))?$/.exec(
    first,
  );
  if (name === null) return undefined;
  const [, word, words, inner, rest = ""] = name;
  return {
    // A DOMException has its distinguishing name in brackets.
    errorType: (word === "DOMException" && inner) || ((word ?? words) as string),
    errorMessage: [rest, ...more].join("\n").trimEnd(),
    stackTrace: framesFrom(lines, messageEnd),
  };
}

/** `[TypeError: fetch failed]`, or with members `[TypeError: fetch failed] {…}`. */
function withoutBrackets(message: string): string {
  const end = /\](?: \{[\s\S]*)?$/.exec(message);
  return message.slice(1, end?.index);
}

function framesFrom(lines: readonly string[], start: number): string[] {
  const end = lines.findIndex((line, index) => index >= start && !frame.test(line));
  return lines
    .slice(start, end === -1 ? undefined : end)
    .map((line) => line.replace(/ \{$/, "").trim());
}

/** If the thrown value is not an error, Node prints it right below the caret. */
function thrownValue(lines: readonly string[]): Report | undefined {
  const caret = lines.findLastIndex(isCaret);
  if (caret === -1) return undefined;
  const below = lines.slice(caret + 1);
  const end = below.findIndex(
    (line) => frame.test(line) || line.startsWith("(Use `node --trace-uncaught"),
  );
  const text = below.slice(0, end === -1 ? undefined : end).join("\n");
  return { errorMessage: withoutCustomStack(text.trim()), stackTrace: [] };
}

function withoutCustomStack(text: string): string {
  return text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
}

/** Node warns about a top-level await that never settles, prints its source, and exits with 13. */
function unsettledAwait(lines: readonly string[]): Report | undefined {
  const warning = lines.findLastIndex((line) =>
    line.startsWith("Warning: Detected unsettled top-level await at "),
  );
  if (warning === -1 || !isCaret(lines.at(-1))) return undefined;
  return {
    errorMessage: (lines[warning] as string).slice("Warning: ".length),
    stackTrace: [],
  };
}

/**
 * Whether the lines up to here are source with a caret; some errors have a few lines below the
 * caret.
 */
function endsSource(lines: readonly string[], last: number): boolean {
  for (let index = last; index >= 0 && lines[index] !== ""; index--) {
    if (isCaret(lines[index])) return true;
  }
  return false;
}

function isCaret(line: string | undefined): boolean {
  return line !== undefined && /^\s*\^+\s*$/.test(line);
}
