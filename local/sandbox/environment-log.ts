// The log stream of one environment: the runtime's lines, and the platform's own between them.
import { runtimeArn } from "../../lambda/arns.ts";
import { initializationType } from "../../lambda/initialization-type.ts";
import type { LogStore } from "../logs/log-store.ts";
import type { InitPhase, PlatformEvent, PlatformSpan } from "../logs/platform-event.ts";
import type { SystemLogLevel } from "../logs/platform-level.ts";
import { formatPlatformEvent } from "../logs/platform-lines.ts";
import type { FunctionError } from "../runtime-api/invocation.ts";
import { type LogTail, openLogTail } from "./log-tail.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import { streamName } from "./stream-name.ts";

const megabyte = 1024 * 1024;

interface InvocationReport {
  readonly durationMs: number;
  readonly maxMemoryBytes: number;
  readonly initDurationMs: number | undefined;
  readonly restoreDurationMs: number | undefined;
  readonly timedOut: boolean;
  readonly exited: boolean;
  readonly errorType: string | undefined;
  readonly spans: readonly PlatformSpan[];
}

type Ending = "success" | "timeout" | Pick<FunctionError, "errorType">;

export interface EnvironmentLog {
  /** The name of the stream. */
  readonly stream: string;
  /** A message of the runtime or an extension. */
  line(message: string): void;
  initStart(): void;
  initReport(phase: InitPhase, durationMs: number, how: Ending): void;
  extensions(
    registered: readonly { readonly name: string; readonly events: readonly string[] }[],
  ): void;
  restoreStart(): void;
  restoreReport(durationMs: number, how: Ending): void;
  /** Holds what is logged from now on, until it is closed. */
  openTail(): LogTail;
  start(requestId: string, traceHeader: string, functionArn: string): void;
  /** `seconds`: what the invocation had. */
  timeout(requestId: string, seconds: number): void;
  /** The environment ended during an invocation; the error is what the caller got. */
  crash(requestId: string, error: FunctionError): void;
  /** END and REPORT. */
  report(requestId: string, traceHeader: string, report: InvocationReport): void;
}

export function createEnvironmentLog(
  settings: SandboxedFunction,
  logs: Pick<LogStore, "append">,
): EnvironmentLog {
  const { logGroup, logFormat, version, memoryMB } = settings;
  const level = (settings.systemLogLevel ?? "INFO") as SystemLogLevel;
  const stream = streamName(version);
  const type = initializationType(settings);
  const isManaged = settings.maxConcurrency !== undefined;
  const tails = new Set<LogTail>();
  const line = (message: string) => {
    logs.append(logGroup, stream, message);
    for (const tail of tails) tail.add(message);
  };
  const say = (event: PlatformEvent) => {
    const message = formatPlatformEvent(event, logFormat, level);
    if (message !== undefined) line(message);
  };
  const ending = (how: Ending) =>
    typeof how === "string"
      ? ({ status: how } as const)
      : ({ status: "error", errorType: how.errorType } as const);
  return {
    stream,
    line,
    initStart: () =>
      say({
        kind: "initStart",
        initializationType: type,
        phase: "init",
        ...runtimeVersion(settings),
        functionName: settings.name,
        functionVersion: version,
        ...(isManaged && { instanceId: stream, instanceMaxMemory: memoryMB * megabyte }),
      }),
    initReport(phase, durationMs, how) {
      const init = { initializationType: type, phase, ...ending(how) };
      if (isManaged) say({ kind: "initRuntimeDone", ...init });
      say({ kind: "initReport", durationMs, ...init });
    },
    extensions(registered) {
      for (const { name, events } of registered) {
        say({ kind: "extension", name, state: "Ready", events });
      }
    },
    restoreStart: () => say({ kind: "restoreStart", ...runtimeVersion(settings) }),
    restoreReport: (durationMs, how) => say({ kind: "restoreReport", durationMs, ...ending(how) }),
    openTail() {
      const tail = openLogTail(() => tails.delete(tail));
      tails.add(tail);
      return tail;
    },
    start: (requestId, traceHeader, functionArn) =>
      say({
        kind: "start",
        requestId,
        version,
        traceHeader,
        ...(isManaged && { functionArn }),
      }),
    timeout: (requestId, seconds) => say({ kind: "timeout", requestId, timeoutSeconds: seconds }),
    crash(requestId, { body, errorType }) {
      const reason = platformReason(body, requestId);
      if (reason !== undefined) say({ kind: "crash", requestId, reason, errorType });
    },
    report(requestId, traceHeader, report) {
      const { timedOut, exited, errorType, maxMemoryBytes, spans, ...durations } = report;
      say({ kind: "end", requestId });
      const status = timedOut ? "timeout" : exited ? "error" : errorType ? "failure" : "success";
      if (isManaged) {
        const { durationMs } = durations;
        const type = exited ? (errorType ?? "Runtime.ExitError") : errorType;
        say({
          kind: "managedReport",
          requestId,
          traceHeader,
          durationMs,
          status,
          ...(type !== undefined && { errorType: type }),
          spans,
        });
        return;
      }
      say({
        kind: "report",
        requestId,
        traceHeader,
        ...durations,
        memorySizeMB: memoryMB,
        maxMemoryUsedMB: Math.ceil(maxMemoryBytes / megabyte),
        status,
        ...(status === "error" && { errorType: errorType ?? "Runtime.ExitError" }),
        ...(status === "failure" && { errorType }),
      });
    },
  };
}

/** Lambda names the release of its own runtime there; ours is the one of this machine. */
function runtimeVersion({ runtime, region }: SandboxedFunction) {
  const name = runtime.replace(".", ":").replace(/^nodejs(\d+):x$/, "nodejs:$1");
  return {
    runtimeVersion: `${name}.vlocal`,
    runtimeVersionArn: runtimeArn(region, "local"),
  };
}

/** Only the platform's own errors have this form; what a runtime posts may not be JSON at all. */
function platformReason(body: Buffer, requestId: string): string | undefined {
  const prefix = `RequestId: ${requestId} Error: `;
  try {
    const error = JSON.parse(body.toString()) as { errorMessage?: unknown } | null;
    const message = error?.errorMessage;
    if (typeof message === "string" && message.startsWith(prefix)) {
      return message.slice(prefix.length);
    }
  } catch {
    // The runtime's own error: it is in the log if the runtime wrote it there.
  }
  return undefined;
}
