// The platform's own lines in a function's log, in the function's log format.
import type { PlatformEvent } from "./platform-event.ts";
import { platformJson } from "./platform-json.ts";
import { platformLevel, type SystemLogLevel, systemLogLevels } from "./platform-level.ts";
import { platformText } from "./platform-text.ts";

/**
 * One log message without the newline at its end, though it may have one inside. Undefined when
 * Lambda logs nothing for the event in this format or at this level; levels filter JSON only.
 * @param timeMs epoch milliseconds
 */
export function formatPlatformEvent(
  event: PlatformEvent,
  format: "text" | "json",
  level: SystemLogLevel = "INFO",
  timeMs: number = Date.now(),
): string | undefined {
  if (format === "text") return platformText(event, timeMs);
  const own = systemLogLevels.indexOf(platformLevel(event));
  if (own < systemLogLevels.indexOf(level)) return undefined;
  return platformJson(event, timeMs);
}
