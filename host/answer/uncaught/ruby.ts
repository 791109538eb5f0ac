// Ruby prints `FILE:LINE:in 'label': message (Class)`, more lines of the message, and the callers as
// `\tfrom …`; then, in the same form, the exceptions that were being handled when it was raised.
import { enclosingLines } from "./enclosing-lines.ts";
import { type Report, trimmed } from "./report.ts";

const headLine = /^(.+?):(\d+):in ([`'].+?'): (.*) \(([A-Z][\w:]*)\)$/;
const caller = /^\t(?:from | \.\.\. )/;

export function rubyReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 1) return undefined;
  const heads = lines.flatMap((line, index) => (headLine.test(line) ? [index] : []));
  let head = heads.pop();
  if (head === undefined) return undefined;
  const last = lines.slice(head);
  for (let before = heads.pop(); before !== undefined; before = heads.pop()) {
    // Raised while the next one was handled, so that one is its cause.
    if (!lines.slice(before, head).some((line) => /:in [`'](?:rescue|ensure) in /.test(line)))
      break;
    head = before;
  }
  if (!isWhole(last)) return undefined;
  const [, path, line, label, message, name] = headLine.exec(
    lines[head] as string,
  ) as RegExpExecArray;
  const rest = lines.slice(head + 1);
  const end = rest.findIndex((text) => caller.test(text) || headLine.test(text));
  const more = rest.slice(0, end === -1 ? undefined : end);
  return {
    errorType: name as string,
    errorMessage: withoutSource([message, ...more].join("\n")),
    stackTrace: [
      `${path}:${line}:in ${label}`,
      ...trimmed(callers(rest)).map((text) => text.replace(/^from /, "")),
    ],
  };
}

function callers(rest: readonly string[]): readonly string[] {
  const start = rest.findIndex((line) => caller.test(line));
  if (start === -1 || rest.slice(0, start).some((line) => headLine.test(line))) return [];
  const end = rest.findIndex((line, index) => index > start && !caller.test(line));
  return rest.slice(start, end === -1 ? undefined : end);
}

/** Whether there is nothing but the report: lines after it may belong to its message. */
function isWhole(report: readonly string[]): boolean {
  if (report.some((line) => caller.test(line))) return caller.test(report.at(-1) as string);
  const text = withoutSource(report.join("\n"));
  if (!text.includes("\n")) return true;
  const [, path, line] = headLine.exec(report[0] as string) as RegExpExecArray;
  const lines = enclosingLines(path as string, Number(line));
  return lines !== undefined && !lines.some((above) => /\b(?:begin|rescue)\b/.test(above));
}

/** Ruby shows the source of some errors, with carets below the relevant part. */
function withoutSource(message: string): string {
  return message.replace(/\n\n[^\n]*\n *\^+$/, "");
}
