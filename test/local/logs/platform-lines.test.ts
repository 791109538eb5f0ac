// The platform's lines, against what CloudWatch shows of real functions.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PlatformEvent } from "../../../local/logs/platform-event.ts";
import { formatPlatformEvent } from "../../../local/logs/platform-lines.ts";

const requestId = "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa";
const traceHeader = "Root=1-62e900b2-710d76f009d6e7785905449a;Parent=0efbd19962d95b05;Sampled=1";
const time = Date.UTC(2026, 10, 21, 14, 0, 0, 123);
const init = { initializationType: "on-demand", phase: "init" } as const;
const runtime = {
  runtimeVersion: "provided:al2023.v123",
  runtimeVersionArn: "arn:aws:lambda:us-east-1::runtime:abc",
};
const report: PlatformEvent = {
  kind: "report",
  requestId,
  status: "success",
  durationMs: 1.2345,
  memorySizeMB: 128,
  maxMemoryUsedMB: 50,
};

describe("in text", () => {
  const lines: readonly [string, PlatformEvent, string | undefined][] = [
    [
      "the start of an init",
      { kind: "initStart", ...init, ...runtime },
      "INIT_START Runtime Version: provided:al2023.v123\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:abc",
    ],
    [
      "the start of an init of an image, of which no version is known",
      { kind: "initStart", ...init },
      undefined,
    ],
    [
      "an init that went well on demand, which the REPORT line tells",
      { kind: "initReport", ...init, status: "success", durationMs: 5 },
      undefined,
    ],
    [
      "an init that went well ahead of invocations",
      {
        kind: "initReport",
        initializationType: "provisioned-concurrency",
        phase: "init",
        status: "success",
        durationMs: 5,
      },
      "INIT_REPORT Init Duration: 5.00 ms\tPhase: init\tStatus: success",
    ],
    [
      "an init that took too long",
      { kind: "initReport", ...init, status: "timeout", durationMs: 10_000 },
      "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout",
    ],
    [
      "an init that failed again inside the invocation",
      {
        kind: "initReport",
        initializationType: "on-demand",
        phase: "invoke",
        status: "error",
        errorType: "Runtime.ExitError",
        durationMs: 99.65,
      },
      "INIT_REPORT Init Duration: 99.65 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError",
    ],
    [
      "the start of a restore",
      { kind: "restoreStart", ...runtime },
      "RESTORE_START Runtime Version: provided:al2023.v123\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:abc",
    ],
    [
      "a restore",
      { kind: "restoreReport", status: "success", durationMs: 398.97 },
      "RESTORE_REPORT Restore Duration: 398.97 ms",
    ],
    [
      "a restore whose hook failed",
      {
        kind: "restoreReport",
        status: "error",
        errorType: "Runtime.ExitError",
        durationMs: 1236.04,
      },
      "RESTORE_REPORT Restore Duration: 1236.04 ms\tStatus: error\tError Type: Runtime.ExitError",
    ],
    [
      "the start of an invocation",
      { kind: "start", requestId, version: "$LATEST" },
      `START RequestId: ${requestId} Version: $LATEST`,
    ],
    ["its end", { kind: "end", requestId }, `END RequestId: ${requestId}`],
    [
      "a report",
      report,
      `REPORT RequestId: ${requestId}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\t`,
    ],
    [
      "a report with the init, which is billed",
      { ...report, durationMs: 693.92, initDurationMs: 397.68 },
      `REPORT RequestId: ${requestId}\tDuration: 693.92 ms\tBilled Duration: 1092 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\tInit Duration: 397.68 ms\t`,
    ],
    [
      "a report after a restore, of which the hooks are billed",
      { ...report, durationMs: 10, restoreDurationMs: 204.27, billedRestoreDurationMs: 100.5 },
      `REPORT RequestId: ${requestId}\tDuration: 10.00 ms\tBilled Duration: 111 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\tRestore Duration: 204.27 ms\tBilled Restore Duration: 101 ms\t`,
    ],
    [
      "a report of a timeout",
      { ...report, durationMs: 3000, status: "timeout" },
      `REPORT RequestId: ${requestId}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\tStatus: timeout`,
    ],
    [
      "a report of a crash",
      { ...report, status: "error", errorType: "Runtime.OutOfMemory" },
      `REPORT RequestId: ${requestId}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\tStatus: error\tError Type: Runtime.OutOfMemory`,
    ],
    [
      "a report of a function's own error, of which the line says nothing",
      { ...report, status: "failure", errorType: "Function.Exit1" },
      `REPORT RequestId: ${requestId}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\t`,
    ],
    [
      "a report of a sampled trace",
      { ...report, traceHeader },
      `REPORT RequestId: ${requestId}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\t\nXRAY TraceId: 1-62e900b2-710d76f009d6e7785905449a\tSegmentId: 0efbd19962d95b05\tSampled: true\t`,
    ],
    [
      "a report of a trace that is not sampled",
      { ...report, traceHeader: traceHeader.replace("Sampled=1", "Sampled=0") },
      `REPORT RequestId: ${requestId}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\t`,
    ],
    [
      "a timeout",
      { kind: "timeout", requestId, timeoutSeconds: 3 },
      `2026-11-21T14:00:00.123Z ${requestId} Task timed out after 3.00 seconds`,
    ],
    [
      "a crash",
      {
        kind: "crash",
        requestId,
        reason: "Runtime exited with error: exit status 1",
        errorType: "Runtime.ExitError",
      },
      `RequestId: ${requestId} Error: Runtime exited with error: exit status 1\nRuntime.ExitError`,
    ],
    [
      "an extension",
      { kind: "extension", name: "agent", state: "Ready", events: ["INVOKE", "SHUTDOWN"] },
      "EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE, SHUTDOWN]",
    ],
    [
      "an extension that could not be started",
      {
        kind: "extension",
        name: "agent",
        state: "LaunchError",
        events: [],
        errorType: "PermissionDenied",
      },
      "EXTENSION\tName: agent\tState: LaunchError\tEvents: []\tError Type: PermissionDenied",
    ],
  ];
  for (const [name, event, line] of lines) {
    test(name, () => assert.equal(formatPlatformEvent(event, "text", "WARN", time), line));
  }
});

describe("in JSON", () => {
  const record = (event: PlatformEvent) => {
    const line = formatPlatformEvent(event, "json", "DEBUG", time);
    return line === undefined ? undefined : JSON.parse(line);
  };

  test("a record has the time, its type and the fields of AWS's schema", () => {
    assert.equal(
      formatPlatformEvent({ kind: "start", requestId, version: "3" }, "json", "INFO", time),
      `{"time":"2026-11-21T14:00:00.123Z","type":"platform.start","record":{"requestId":"${requestId}","version":"3"}}`,
    );
    assert.deepEqual(
      record({ kind: "initStart", ...init, ...runtime, functionName: "f", functionVersion: "1" })
        .record,
      { ...init, ...runtime, functionName: "f", functionVersion: "1" },
    );
    assert.deepEqual(
      record({ kind: "initReport", ...init, status: "success", durationMs: 1.23456 }),
      {
        time: "2026-11-21T14:00:00.123Z",
        type: "platform.initReport",
        record: { ...init, status: "success", metrics: { durationMs: 1.235 } },
      },
    );
    assert.deepEqual(
      record({ kind: "restoreReport", status: "error", errorType: "X.Y", durationMs: 2 }).record,
      { status: "error", errorType: "X.Y", metrics: { durationMs: 2 } },
    );
    assert.deepEqual(
      record({ kind: "extension", name: "a", state: "Ready", events: ["INVOKE"] }).record,
      { name: "a", state: "Ready", events: ["INVOKE"] },
    );
  });

  test("a report has the metrics of the text, and the trace when it is sampled", () => {
    const { record: found } = record({
      ...(report as Extract<PlatformEvent, { kind: "report" }>),
      durationMs: 693.92,
      initDurationMs: 397.68,
      traceHeader,
    });
    assert.deepEqual(found, {
      requestId,
      metrics: {
        durationMs: 693.92,
        billedDurationMs: 1092,
        memorySizeMB: 128,
        maxMemoryUsedMB: 50,
        initDurationMs: 397.68,
      },
      tracing: { spanId: "0efbd19962d95b05", type: "X-Amzn-Trace-Id", value: traceHeader },
      status: "success",
    });
  });

  test("runtimeDone tells the spans and what was produced", () => {
    const event: PlatformEvent = {
      kind: "runtimeDone",
      requestId,
      status: "success",
      durationMs: 140,
      producedBytes: 16,
      spans: [{ name: "responseLatency", startMs: time, durationMs: 23.02 }],
    };
    assert.deepEqual(record(event).record, {
      requestId,
      status: "success",
      spans: [{ name: "responseLatency", start: "2026-11-21T14:00:00.123Z", durationMs: 23.02 }],
      metrics: { durationMs: 140, producedBytes: 16 },
    });
  });

  test("what only text tells has no record", () => {
    assert.equal(record({ kind: "end", requestId }), undefined);
    assert.equal(record({ kind: "timeout", requestId, timeoutSeconds: 3 }), undefined);
    const crash = { kind: "crash", requestId, reason: "x", errorType: "X.Y" } as const;
    assert.equal(record(crash), undefined);
  });

  test("each record shows itself from the level on that AWS's table gives it", () => {
    const ended = (status: "success" | "error") => ({ status, durationMs: 1, requestId }) as const;
    const table: readonly [PlatformEvent, "DEBUG" | "INFO" | "WARN"][] = [
      [{ kind: "initStart", ...init, ...runtime }, "INFO"],
      [{ kind: "initStart", ...init }, "DEBUG"],
      [{ kind: "initRuntimeDone", ...init, status: "success" }, "DEBUG"],
      [{ kind: "initRuntimeDone", ...init, status: "timeout" }, "WARN"],
      [{ kind: "initReport", ...init, ...ended("success") }, "DEBUG"],
      [
        { kind: "initReport", ...init, ...ended("success"), initializationType: "snap-start" },
        "INFO",
      ],
      [{ kind: "initReport", ...init, ...ended("error") }, "WARN"],
      [{ kind: "restoreStart", ...runtime }, "INFO"],
      [{ kind: "restoreRuntimeDone", status: "success" }, "DEBUG"],
      [{ kind: "restoreRuntimeDone", status: "error" }, "WARN"],
      [{ kind: "restoreReport", ...ended("success") }, "INFO"],
      [{ kind: "restoreReport", ...ended("error") }, "WARN"],
      [{ kind: "start", requestId, version: "1" }, "INFO"],
      [{ kind: "runtimeDone", ...ended("success") }, "DEBUG"],
      [{ kind: "runtimeDone", ...ended("error") }, "WARN"],
      [report, "INFO"],
      [{ ...report, status: "timeout" }, "WARN"],
      [{ ...report, status: "failure" }, "WARN"],
      [{ kind: "extension", name: "a", state: "Ready", events: [] }, "INFO"],
      [{ kind: "extension", name: "a", state: "X", events: [], errorType: "Y" }, "WARN"],
    ];
    const levels = ["DEBUG", "INFO", "WARN"] as const;
    for (const [event, own] of table) {
      for (const level of levels) {
        const isShown = formatPlatformEvent(event, "json", level, time) !== undefined;
        const expected = levels.indexOf(own) >= levels.indexOf(level);
        assert.equal(isShown, expected, `${event.kind} (${own}) at ${level}`);
      }
    }
  });
});
