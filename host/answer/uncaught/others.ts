// The reports of other languages: a line or two to recognise, and a tail to leave out.
import { type Report, trimmed } from "./report.ts";

/** Perl has no error types: this is the text of `die` and the callers that Carp adds. */
export function perlReport(lines: readonly string[]): Report | undefined {
  const verdict =
    /^(?:Execution of .* aborted due to compilation errors\.|BEGIN failed--compilation aborted at .* line \d+\.)$/;
  const end = lines.findLastIndex((line) => !verdict.test(line)) + 1;
  if (end < lines.length) return { errorMessage: lines[end - 1] ?? "", stackTrace: [] };
  const last = lines.findLastIndex((line) => !/^\t.* called at .* line \d+$/.test(line));
  if (last === -1 || last === lines.length - 1) return undefined;
  return { errorMessage: lines[last] as string, stackTrace: trimmed(lines.slice(last + 1)) };
}

/**
 * `PHP Fatal error:  Uncaught Class: message in FILE:LINE`, after the exceptions that caused it.
 */
export function phpReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 255 || !/^ {2}thrown in .* on line \d+$/.test(lines.at(-1) as string))
    return undefined;
  const start = lines.findLastIndex((line) => /^(?:PHP )?Fatal error: {1,2}Uncaught /.test(line));
  if (start === -1) return undefined;
  const next = lines.findLastIndex(
    (line, index) => index > start && /^Next [\w\\]+[: ]/.test(line),
  );
  const head = Math.max(start, next);
  const trace = lines.findIndex((line, index) => index > head && line === "Stack trace:");
  const text = lines.slice(head, trace === -1 ? -1 : trace).join("\n");
  const found = /^(?:.*Uncaught|Next) ([\w\\]+)(?:: ([\s\S]*))? in (\S.*:\d+)$/.exec(text);
  if (found === null) return undefined;
  return {
    errorType: found[1] as string,
    errorMessage: found[2] ?? "",
    stackTrace: [found[3] as string, ...(trace === -1 ? [] : trimmed(lines.slice(trace + 1, -1)))],
  };
}

/** `panic: message`, or `fatal error: message` of Go's own, then the goroutines. */
export function goReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 2) return undefined;
  const start = lines.findLastIndex((line) => /^(?:panic|fatal error): /.test(line));
  const trace = lines.findIndex(
    (line, index) => index > start && /^(?:goroutine \d+ .*\[.*\]:|runtime stack:)$/.test(line),
  );
  if (start === -1 || trace === -1 || !lines.slice(trace).every(isGoTrace)) return undefined;
  const text = lines
    .slice(start, trace)
    .filter((line) => !line.startsWith("[signal "))
    .join("\n")
    .trimEnd();
  const [kind, message] = splitOnce(text, ": ");
  return {
    ...(kind === "panic" ? { errorType: "panic" } : {}),
    // A panic during another panic is printed below it, and is the one that ended the program.
    errorMessage: (message.split("\n\tpanic: ").at(-1) as string).replace(/ \[recovered.*\]$/, ""),
    stackTrace: trimmed(lines.slice(trace)),
  };
}

function isGoTrace(line: string): boolean {
  return /^(?:$|\t|goroutine \d|created by |runtime stack:|\.\.\.|\S.*\)$|r\w+ +0x|fatal error: )/.test(
    line,
  );
}

/** `thread 'main' panicked at PLACE:`, the message, and a backtrace or a note on how to get one. */
export function rustReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 101) return undefined;
  const start = lines.findLastIndex((line) => /^thread '.*' (?:\(\d+\) )?panicked at /.test(line));
  if (start === -1) return undefined;
  const head = lines[start] as string;
  const body = lines.slice(start + 1);
  const tail = body.findIndex(
    (line) => line === "stack backtrace:" || line.startsWith("note: run with `RUST_BACKTRACE"),
  );
  if (tail !== -1 && !body.slice(tail + 1).every(isRustTrace)) return undefined;
  // Rust before 1.73 has the message on the first line, in quotes.
  const quoted = /panicked at '([\s\S]*)', (\S+:\d+:\d+)$/.exec(
    [head, ...body.slice(0, tail === -1 ? undefined : tail)].join("\n"),
  );
  const place = quoted?.[2] ?? /panicked at (.*?):?$/.exec(head)?.[1] ?? "";
  return {
    errorType: "panic",
    errorMessage:
      quoted?.[1] ??
      body
        .slice(0, tail === -1 ? undefined : tail)
        .join("\n")
        .trimEnd(),
    stackTrace: [
      place,
      ...(tail === -1
        ? []
        : trimmed(body.slice(tail)).filter((line) => /^(?:\d+: |at )/.test(line))),
    ],
  };
}

function isRustTrace(line: string): boolean {
  return line === "" || /^ +(?:\d+: |at )/.test(line) || /^note: /.test(line);
}

/** `Unhandled TYPE in thread …:`, the condition's text, a backtrace, and SBCL's last words. */
export function sbclReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 1 || lines.at(-1) !== "unhandled condition in --disable-debugger mode, quitting")
    return undefined;
  const start = lines.findLastIndex((line) => /^Unhandled \S+(?: in thread|:)/.test(line));
  const trace = lines.findIndex(
    (line, index) => index > start && line.startsWith("Backtrace for: "),
  );
  if (start === -1 || trace === -1) return undefined;
  const name = /^Unhandled ([^\s:]\S*?):?(?: |$)/.exec(lines[start] as string)?.[1] as string;
  // The name of a thread may take two lines.
  const text = lines.findIndex((line, index) => index >= start && line.endsWith(":")) + 1;
  return {
    errorType: name,
    errorMessage: lines
      .slice(text, trace)
      .map((line) => line.replace(/^ {2}/, ""))
      .join("\n")
      .trim(),
    stackTrace: trimmed(lines.slice(trace + 1, -1)),
  };
}

/** `[FILE:LINE] message`, or with the expression `[FILE:LINE] !? (car X)` and the message below. */
export function picolispReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 1) return undefined;
  const head = lines.findLastIndex((line) => /^\[.+:\d+\] /.test(line));
  if (head === -1) return undefined;
  const first = /^(\[.+?:\d+\]) (!\? .*)?(.*)$/.exec(lines[head] as string) as RegExpExecArray;
  const rest = lines.slice(head + 1);
  if (first[2] === undefined) {
    return rest.length > 0
      ? undefined
      : { errorMessage: first[3] as string, stackTrace: [first[1] as string] };
  }
  if (rest.length !== 1) return undefined;
  return { errorMessage: rest[0] as string, stackTrace: [`${first[1]} ${first[2]}`] };
}

/** `lua: FILE:LINE: message` and a traceback; the name is the one the program was called by. */
export function luaReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 1) return undefined;
  const trace = lines.lastIndexOf("stack traceback:");
  if (trace === -1 || !lines.slice(trace + 1).every((line) => line.startsWith("\t")))
    return undefined;
  const start = lines.findLastIndex((line, index) => index < trace && /^\S*lua\S*: /.test(line));
  if (start === -1) return undefined;
  return {
    errorMessage: splitOnce(lines.slice(start, trace).join("\n"), ": ")[1],
    stackTrace: trimmed(lines.slice(trace + 1)),
  };
}

/** `Exception in thread "main" pkg.Class: message`, the frames, and the causes. */
export function javaReport(lines: readonly string[], status: number): Report | undefined {
  if (status !== 1) return undefined;
  const start = lines.findLastIndex((line) =>
    /^Exception in thread "main" [\w.$]+(?::|$)/.test(line),
  );
  if (start === -1) return undefined;
  const body = lines.slice(start);
  const frames = body.findIndex((line) => /^\tat /.test(line));
  const isWhole =
    frames === -1 ? body.length === 1 : /^\t+(?:at |\.\.\. \d+ )/.test(body.at(-1) as string);
  if (!isWhole) return undefined;
  const text = body.slice(0, frames === -1 ? undefined : frames).join("\n");
  const found = /^Exception in thread "main" ([\w.$]+)(?:: ?([\s\S]*))?$/.exec(text);
  return found === null
    ? undefined
    : {
        errorType: found[1] as string,
        errorMessage: found[2] ?? "",
        stackTrace: frames === -1 ? [] : trimmed(body.slice(frames)),
      };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
