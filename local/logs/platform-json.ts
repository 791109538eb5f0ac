// The platform's records in the JSON format, as the Telemetry API defines them.
// See https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
import { billedDuration } from "./billed-duration.ts";
import type { PlatformEvent, PlatformSpan } from "./platform-event.ts";
import { sampledTrace } from "./sampled-trace.ts";

/** Undefined for events that Lambda only reports as text. */
export function platformJson(event: PlatformEvent, timeMs: number): string | undefined {
  const record = recordOf(event);
  if (record === undefined) return undefined;
  const time = new Date(timeMs).toISOString();
  const name = event.kind === "managedReport" ? "report" : event.kind;
  return JSON.stringify({ time, type: `platform.${name}`, record });
}

/** Fields that are undefined are left out by JSON. */
function recordOf(event: PlatformEvent): object | undefined {
  switch (event.kind) {
    case "initStart": {
      const { kind, ...record } = event;
      return record;
    }
    case "restoreStart": {
      const { kind, ...record } = event;
      return record;
    }
    case "initRuntimeDone": {
      const { initializationType, phase, status, errorType } = event;
      return { initializationType, phase, status, errorType };
    }
    case "initReport": {
      const { initializationType, phase, status, errorType, durationMs } = event;
      const metrics = { durationMs: fine(durationMs) };
      return { initializationType, phase, status, errorType, metrics };
    }
    case "restoreRuntimeDone":
      return { status: event.status, errorType: event.errorType };
    case "restoreReport": {
      const metrics = { durationMs: fine(event.durationMs) };
      return { status: event.status, errorType: event.errorType, metrics };
    }
    case "start": {
      const { requestId, version, functionArn, traceHeader } = event;
      return { requestId, version, functionArn, tracing: tracing(traceHeader) };
    }
    case "runtimeDone": {
      const { requestId, status, errorType, traceHeader, producedBytes } = event;
      const metrics = { durationMs: fine(event.durationMs), producedBytes };
      const spans = event.spans?.map(spanRecord);
      return { requestId, status, errorType, tracing: tracing(traceHeader), spans, metrics };
    }
    case "report":
      return reportRecord(event);
    case "managedReport": {
      const { requestId, status, errorType, durationMs, traceHeader } = event;
      const metrics = { durationMs: fine(durationMs) };
      const spans = event.spans.length > 0 ? event.spans.map(spanRecord) : undefined;
      return { requestId, status, metrics, tracing: tracing(traceHeader), spans, errorType };
    }
    case "extension": {
      const { name, state, events, errorType } = event;
      return { name, state, events, errorType };
    }
    // The status and errorType of the records above and below have it.
    case "crash":
    case "timeout":
    case "end":
      return undefined;
  }
}

function reportRecord(event: Extract<PlatformEvent, { kind: "report" }>): object {
  const { requestId, status, errorType, memorySizeMB, maxMemoryUsedMB } = event;
  const { durationMs, initDurationMs, restoreDurationMs, billedRestoreDurationMs } = event;
  const metrics = {
    durationMs: fine(durationMs),
    billedDurationMs: billedDuration(durationMs, initDurationMs, billedRestoreDurationMs),
    memorySizeMB,
    maxMemoryUsedMB,
    initDurationMs: fine(initDurationMs),
    restoreDurationMs: fine(restoreDurationMs),
    billedRestoreDurationMs: whole(billedRestoreDurationMs),
  };
  return { requestId, metrics, tracing: tracing(event.traceHeader), status, errorType };
}

function tracing(header: string | undefined): object | undefined {
  const trace = sampledTrace(header);
  if (!trace) return undefined;
  return { spanId: trace.parent, type: "X-Amzn-Trace-Id", value: header };
}

function spanRecord({ name, startMs, durationMs }: PlatformSpan): object {
  return { name, start: new Date(startMs).toISOString(), durationMs: fine(durationMs) };
}

/** Microseconds, as fine as Lambda tells. */
function fine(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
}

function whole(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms);
}
