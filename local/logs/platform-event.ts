// The platform's own records in a log: the stages of an environment and of an invocation.
import type { InitializationType } from "../../lambda/initialization-type.ts";

/**
 * How a stage ended. `error`: the environment failed (exit, crash, failed init); `failure`: the
 * function answered with an error and the environment lives on.
 */
export type PlatformStatus = "success" | "failure" | "error" | "timeout";

/** `invoke`: an init that is repeated inside the first invocation. */
export type InitPhase = "init" | "invoke" | "snap-start";

interface RuntimeVersion {
  /** Such as `provided:al2023.v123`; undefined where the function brings its whole image. */
  readonly runtimeVersion?: string | undefined;
  readonly runtimeVersionArn?: string | undefined;
  readonly functionName?: string | undefined;
  readonly functionVersion?: string | undefined;
  /** Managed Instances only: the log stream, and the memory in bytes. */
  readonly instanceId?: string | undefined;
  readonly instanceMaxMemory?: number | undefined;
}

interface End {
  readonly status: PlatformStatus;
  /** Such as `Runtime.ExitError`; only where the status is `error` or `failure`. */
  readonly errorType?: string | undefined;
}

interface Init {
  readonly initializationType: InitializationType;
  readonly phase: InitPhase;
}

interface Invocation {
  readonly requestId: string;
  /** The value of `X-Amzn-Trace-Id`; reported only when it says `Sampled=1`. */
  readonly traceHeader?: string | undefined;
}

/** A stretch of time inside an invocation, such as `responseLatency`. */
export interface PlatformSpan {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** All durations in milliseconds, all sizes of memory in megabytes. */
export type PlatformEvent =
  | ({ readonly kind: "initStart" } & Init & RuntimeVersion)
  | ({ readonly kind: "initRuntimeDone" } & Init & End)
  | ({ readonly kind: "initReport"; readonly durationMs: number } & Init & End)
  | ({ readonly kind: "restoreStart" } & RuntimeVersion)
  | ({ readonly kind: "restoreRuntimeDone" } & End)
  | ({ readonly kind: "restoreReport"; readonly durationMs: number } & End)
  | ({
      readonly kind: "start";
      readonly version: string;
      readonly functionArn?: string;
    } & Invocation)
  | ({
      readonly kind: "runtimeDone";
      readonly durationMs: number;
      readonly producedBytes?: number | undefined;
      readonly spans?: readonly PlatformSpan[] | undefined;
    } & Invocation &
      End)
  /** The environment ended in the middle of an invocation; `reason` as `Runtime exited with error: exit status 1`. */
  | {
      readonly kind: "crash";
      readonly requestId: string;
      readonly reason: string;
      readonly errorType: string;
    }
  | { readonly kind: "timeout"; readonly requestId: string; readonly timeoutSeconds: number }
  | { readonly kind: "end"; readonly requestId: string }
  | ({
      readonly kind: "report";
      readonly durationMs: number;
      readonly memorySizeMB: number;
      readonly maxMemoryUsedMB: number;
      /** Only for the first invocation of an environment. */
      readonly initDurationMs?: number | undefined;
      readonly restoreDurationMs?: number | undefined;
      /** The part of a restore that is billed: the runtime's hooks. */
      readonly billedRestoreDurationMs?: number | undefined;
    } & Invocation &
      End)
  /** Of Managed Instances, where an invocation is not billed by its duration (AWS's emulator for them). */
  | ({
      readonly kind: "managedReport";
      readonly durationMs: number;
      readonly spans: readonly PlatformSpan[];
    } & Invocation &
      End)
  | {
      readonly kind: "extension";
      readonly name: string;
      /** `Registered`, `Ready`, or how it failed, such as `LaunchError`. */
      readonly state: string;
      readonly events: readonly string[];
      readonly errorType?: string | undefined;
    };
