// How important a record of the platform is, for the function's SystemLogLevel.
import type { PlatformEvent, PlatformStatus } from "./platform-event.ts";

/** From the most to the least talkative. */
export const systemLogLevels = ["DEBUG", "INFO", "WARN"] as const;
export type SystemLogLevel = (typeof systemLogLevels)[number];

/**
 * The table "System log level event mapping" of
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function platformLevel(event: PlatformEvent): SystemLogLevel {
  switch (event.kind) {
    case "initStart":
    case "restoreStart":
      return event.runtimeVersion === undefined ? "DEBUG" : "INFO";
    case "initRuntimeDone":
    case "restoreRuntimeDone":
    case "runtimeDone":
      return successAs("DEBUG", event.status);
    case "initReport":
      return successAs(event.initializationType === "on-demand" ? "DEBUG" : "INFO", event.status);
    case "restoreReport":
    case "report":
    case "managedReport":
      return successAs("INFO", event.status);
    case "start":
    case "end":
      return "INFO";
    case "crash":
    case "timeout":
      return "WARN";
    case "extension":
      return event.errorType === undefined ? "INFO" : "WARN";
  }
}

function successAs(level: SystemLogLevel, status: PlatformStatus): SystemLogLevel {
  return status === "success" ? level : "WARN";
}
