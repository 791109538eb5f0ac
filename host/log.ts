// One line out: text, JSON records or telemetry frames, filtered by level (docs/conventions.md, section 6).
import { writeSync as writeSyncOfNode } from "node:fs";
import type { Failure } from "./answer/failure.ts";
import type { Platform } from "./settings.ts";

// Taken before mode `main` binds fs.writeSync to the event.
const writeSync = writeSyncOfNode;

/** Lambda's levels with their masks in telemetry frames (aws-lambda-ric, logging). */
const levels = { TRACE: 4, DEBUG: 8, INFO: 12, WARN: 16, ERROR: 20, FATAL: 24 } as const;
export type Level = keyof typeof levels;

/** The invocation that a line belongs to. */
export interface LogOrigin {
  readonly id: string;
  readonly tenantId: string | undefined;
}

export interface Log {
  /** A line of a script, without its newline. */
  line(text: string, origin: LogOrigin | undefined): void;
  /** Whether records are JSON (AWS_LAMBDA_LOG_FORMAT). */
  readonly isJson: boolean;
  /** Whether a record of the level is written at all (AWS_LAMBDA_LOG_LEVEL). */
  wants(level: Level): boolean;
  /** Writes one record that is already formatted; it may contain newlines. */
  record(level: Level, text: string): void;
  /** A message of the host itself; `origin` is the event that it is about. */
  warn(message: string, origin?: LogOrigin): void;
  error(message: string): void;
  /** A function's failure as one record, with its stack. */
  failure(failure: Failure, origin: LogOrigin | undefined): void;
}

/** `output` takes whole lines; stderr by default. */
export function createLog(platform: Platform, output = writeStderr): Log {
  const json = platform.logFormat === "json";
  const least = levels[platform.logLevel as Level] ?? 0;
  const levelMatters = least > 0 || platform.telemetryLogFd !== undefined;
  const write =
    platform.telemetryLogFd === undefined
      ? (text: string) => output(Buffer.from(`${text}\n`))
      : telemetryWriter(platform.telemetryLogFd, json);

  function line(text: string, origin: LogOrigin | undefined): void {
    if (json) jsonLine(text, origin);
    else textLine(text);
  }

  function textLine(text: string): void {
    // In text format a line has a level only if it names one.
    const level = levelMatters ? leadingLevel(text)?.level : undefined;
    if (level !== undefined && levels[level] < least) return;
    write(text, level);
  }

  function jsonLine(text: string, origin: LogOrigin | undefined): void {
    const record = parseRecord(text);
    if (record === undefined) {
      const lead = leadingLevel(text);
      writeRecord(lead?.level ?? "INFO", lead?.rest ?? text, origin, undefined);
      return;
    }
    // Embedded metrics are data and have no level.
    if (Object.hasOwn(record, "_aws")) {
      write(text, undefined);
      return;
    }
    const level = knownLevel(record.level);
    if (levels[level] < least) return;
    if (origin === undefined || Object.hasOwn(record, "requestId")) write(text, level);
    else write(withRequestId(text, origin.id), level);
  }

  function writeRecord(
    level: Level,
    message: string,
    origin: LogOrigin | undefined,
    failure: Failure | undefined,
  ): void {
    if (levels[level] < least) return;
    const record = {
      timestamp: new Date().toISOString(),
      level,
      requestId: origin?.id,
      tenantId: origin?.tenantId,
      message,
      ...failure,
    };
    write(JSON.stringify(record), level);
  }

  function own(level: Level, message: string, origin: LogOrigin | undefined): void {
    if (json) writeRecord(level, `stdlambda: ${message}`, origin, undefined);
    else if (levels[level] >= least) write(`${level} stdlambda: ${message}`, level);
  }

  // Carriage returns keep a text of several lines one record in CloudWatch, as AWS's Node runtime
  // writes it; a frame is one record anyway.
  const isFramed = platform.telemetryLogFd !== undefined;
  const asOneRecord = (text: string) => (isFramed ? text : text.replaceAll("\n", "\r"));

  return {
    line,
    isJson: json,
    wants: (level) => levels[level] >= least,
    record(level, text) {
      if (json) write(text, level);
      else write(isFramed ? `${text}\n` : asOneRecord(text), level);
    },
    warn: (message, origin) => own("WARN", message, origin),
    error: (message) => own("ERROR", message, undefined),
    failure(failure, origin) {
      const { errorType, errorMessage, stackTrace } = failure;
      if (json) writeRecord("ERROR", errorMessage, origin, failure);
      else if (levels.ERROR >= least) {
        const text = [`ERROR ${errorType}: ${errorMessage}`, ...stackTrace].join("\n    ");
        write(asOneRecord(text), "ERROR");
      }
    },
  };
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

// Only the missing member is inserted into the text, so numbers keep their digits.
function withRequestId(text: string, id: string): string {
  const member = `"requestId":${JSON.stringify(id)}`;
  const rest = text.slice(1);
  return /^\s*\}/.test(rest) ? `{${member}${rest}` : `{${member},${rest}`;
}

function knownLevel(level: unknown): Level {
  const name = typeof level === "string" ? level.toUpperCase() : "";
  // As Python's logging names two of them.
  if (name === "WARNING") return "WARN";
  if (name === "CRITICAL") return "FATAL";
  return Object.hasOwn(levels, name) ? (name as Level) : "INFO";
}

/** syslog's numbers, as systemd reads them from a line's start. */
const syslogLevels: readonly Level[] = [
  "FATAL",
  "FATAL",
  "FATAL",
  "ERROR",
  "WARN",
  "INFO",
  "INFO",
  "DEBUG",
];

function leadingLevel(text: string): { level: Level; rest: string } | undefined {
  const syslog = /^<([0-7])>/.exec(text);
  if (syslog) return { level: syslogLevels[Number(syslog[1])] as Level, rest: text.slice(3) };
  const word = /^(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b/.exec(text);
  return word ? { level: word[0] as Level, rest: text } : undefined;
}

function writeStderr(line: Buffer): void {
  writeWhole(2, line);
}

/** Frames of `_LAMBDA_TELEMETRY_LOG_FD`: u32 type, u32 length, u64 microseconds, the record's bytes. */
function telemetryWriter(fd: number, json: boolean) {
  return (text: string, level: Level | undefined): void => {
    const record = Buffer.from(text);
    const frame = Buffer.allocUnsafe(16 + record.length);
    frame.writeUInt32BE(((json ? 0xa55a0002 : 0xa55a0003) | (level ? levels[level] : 0)) >>> 0, 0);
    frame.writeUInt32BE(record.length, 4);
    frame.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
    record.copy(frame, 16);
    writeWhole(fd, frame);
  };
}

const pause = new Int32Array(new SharedArrayBuffer(4));

// Written at once, so that a line is in the log before its invocation is answered. If the reader is
// behind (EAGAIN on a pipe), this waits; if it is gone (EPIPE), the line is dropped.
export function writeWhole(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
