// The platform's lines in the text format, exactly as CloudWatch shows them. See
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
import { billedDuration } from "./billed-duration.ts";
import type { PlatformEvent } from "./platform-event.ts";
import { sampledTrace } from "./sampled-trace.ts";

/** Without a newline at the end; undefined for events that Lambda only reports in JSON. */
export function platformText(event: PlatformEvent, timeMs: number): string | undefined {
  switch (event.kind) {
    case "initStart":
      return versionLine("INIT_START", event);
    case "restoreStart":
      return versionLine("RESTORE_START", event);
    case "initRuntimeDone":
    case "restoreRuntimeDone":
    case "runtimeDone":
      return undefined;
    case "initReport":
      // An init on demand is in the REPORT line, unless it failed.
      if (event.status === "success" && event.initializationType === "on-demand") return undefined;
      return `INIT_REPORT Init Duration: ${ms(event.durationMs)}\tPhase: ${event.phase}${ending(event, "success")}`;
    case "restoreReport":
      return `RESTORE_REPORT Restore Duration: ${ms(event.durationMs)}${ending(event)}`;
    case "start":
      return `START RequestId: ${event.requestId} Version: ${event.version}`;
    case "crash":
      return `RequestId: ${event.requestId} Error: ${event.reason}\n${event.errorType}`;
    case "timeout":
      return `${new Date(timeMs).toISOString()} ${event.requestId} Task timed out after ${event.timeoutSeconds.toFixed(2)} seconds`;
    case "end":
      return `END RequestId: ${event.requestId}`;
    case "report":
      return reportLine(event);
    case "managedReport":
      return `REPORT RequestId: ${event.requestId}\tDuration: ${ms(event.durationMs)}${ending(event)}`;
    case "extension":
      return (
        `EXTENSION\tName: ${event.name}\tState: ${event.state}\tEvents: [${event.events.join(", ")}]` +
        (event.errorType === undefined ? "" : `\tError Type: ${event.errorType}`)
      );
  }
}

type Event<Kind> = Extract<PlatformEvent, { kind: Kind }>;

function versionLine(name: string, event: Event<"initStart" | "restoreStart">): string | undefined {
  if (event.runtimeVersion === undefined) return undefined;
  const arn =
    event.runtimeVersionArn === undefined
      ? ""
      : `\tRuntime Version ARN: ${event.runtimeVersionArn}`;
  return `${name} Runtime Version: ${event.runtimeVersion}${arn}`;
}

function reportLine(event: Event<"report">): string {
  const { initDurationMs, restoreDurationMs, billedRestoreDurationMs } = event;
  const billed = billedDuration(event.durationMs, initDurationMs, billedRestoreDurationMs);
  let line = `REPORT RequestId: ${event.requestId}\tDuration: ${ms(event.durationMs)}\tBilled Duration: ${billed} ms\tMemory Size: ${event.memorySizeMB} MB\tMax Memory Used: ${event.maxMemoryUsedMB} MB`;
  if (initDurationMs !== undefined) line += `\tInit Duration: ${ms(initDurationMs)}`;
  if (restoreDurationMs !== undefined) line += `\tRestore Duration: ${ms(restoreDurationMs)}`;
  if (billedRestoreDurationMs !== undefined) {
    line += `\tBilled Restore Duration: ${Math.ceil(billedRestoreDurationMs)} ms`;
  }
  // Lambda ends the line with a tab, but not after a status.
  line += ending(event) || "\t";
  const trace = sampledTrace(event.traceHeader);
  if (!trace) return line;
  return `${line}\nXRAY TraceId: ${trace.root}\tSegmentId: ${trace.parent}\tSampled: true\t`;
}

/** An error that the function returned is not the platform's, and is not mentioned. */
function ending(
  { status, errorType }: { readonly status: string; readonly errorType?: string | undefined },
  said?: string,
): string {
  if (status !== "error" && status !== "timeout" && status !== said) return "";
  const type = status === "error" && errorType !== undefined ? `\tError Type: ${errorType}` : "";
  return `\tStatus: ${status}${type}`;
}

function ms(duration: number): string {
  return `${duration.toFixed(2)} ms`;
}
