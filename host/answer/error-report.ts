// A failure as the error post needs it: JSON body, header type, X-Ray cause; sizes bounded.
import type { Failure } from "./failure.ts";

export interface ErrorReport {
  readonly body: Buffer;
  /** Always matches `(Runtime|Function)\.[A-Z][a-zA-Z]+`, which the platform's metrics demand. */
  readonly headerType: string;
  /** One line of ASCII JSON for X-Ray, or undefined when it would be too large. */
  readonly xrayCause: string | undefined;
}

/** Lambda's emulator breaks at 6 MB and Managed Instances cut at 1 MB; we promise 256 KiB. */
const maximumBodyBytes = 256 * 1024;

/** The platform crops the header above this (aws-lambda-runtime-interface-emulator, error_cause.go). */
const maximumCauseBytes = 64 * 1024;

export function createErrorReport(failure: Failure): ErrorReport {
  return {
    body: boundedBody(failure),
    headerType: headerType(failure.errorType),
    xrayCause: xrayCause(failure),
  };
}

// A character may take six bytes in JSON, so text is cut to a sixth when the whole is too large.
function boundedBody(failure: Failure): Buffer {
  const body = Buffer.from(JSON.stringify(failure));
  if (body.length <= maximumBodyBytes) return body;
  const stackTrace: string[] = [];
  let room = maximumBodyBytes / 12;
  for (const line of failure.stackTrace) {
    room -= line.length + 10;
    if (room < 0) break;
    stackTrace.push(line);
  }
  return Buffer.from(
    JSON.stringify({
      errorType: cut(failure.errorType, 1024),
      errorMessage: cut(failure.errorMessage, maximumBodyBytes / 12 - 2048),
      stackTrace,
      requestId: failure.requestId,
    }),
  );
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (cut)`;
}

function headerType(errorType: string): string {
  if (/^(?:Runtime|Function)\.[A-Z][a-zA-Z]+$/.test(errorType)) return errorType;
  if (/^Function\.Exit\d+$/.test(errorType)) return "Function.NonZeroExit";
  if (/^Function\.SIG/.test(errorType)) return "Function.Signal";
  return /^[A-Z][a-zA-Z]+$/.test(errorType) ? `Function.${errorType}` : "Function.Error";
}

function xrayCause(failure: Failure): string | undefined {
  const stack = failure.stackTrace.map(stackFrame).filter((frame) => frame !== undefined);
  const cause = JSON.stringify({
    working_directory: workingDirectory(),
    exceptions: [
      {
        type: failure.errorType,
        message: cut(failure.errorMessage, 1024),
        stack: stack.slice(0, 64),
      },
    ],
    paths: [...new Set(stack.map(({ path }) => path))].slice(0, 64),
  });
  const ascii = cause.replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return ascii.length < maximumCauseBytes ? ascii : undefined;
}

/** A script may have removed it. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}

/** No frame is longer; to look for one in a longer line would take time that grows with its square. */
const longestFrame = 2048;

/** `at label (path:line:column)` of Node, `File "path", line N, in label` of Python, `path:N:in 'label'` of Ruby. */
function stackFrame(line: string): { path: string; line: number; label: string } | undefined {
  if (line.length > longestFrame) return undefined;
  const node = /^at (?:async )?(?:(.*) \()?(?:file:\/\/)?(.*?):(\d+)(?::\d+)?\)?$/.exec(
    line.trim(),
  );
  if (node)
    return { label: node[1] ?? "anonymous", path: node[2] as string, line: Number(node[3]) };
  // A frame of Python may include its source lines.
  const python = /^File "(.*)", line (\d+), in (.*)$/m.exec(line.trim());
  if (python) {
    return { label: python[3] as string, path: python[1] as string, line: Number(python[2]) };
  }
  const ruby = /^(?:from )?(\/[^:]*):(\d+):in [`'](.*)'$/.exec(line.trim());
  if (ruby) {
    return { label: ruby[3] as string, path: ruby[1] as string, line: Number(ruby[2]) };
  }
  return undefined;
}
