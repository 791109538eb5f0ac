// The logging settings of a function, with the defaults that AWS fills in.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
import type { LoggingConfig } from "@aws-sdk/client-lambda";
import { invalidParameter } from "./errors.ts";

/** Levels exist in JSON format only. @throws ServiceError InvalidParameterValueException */
export function loggingConfig(
  before: LoggingConfig | undefined,
  change: LoggingConfig | undefined,
  defaults: { readonly name: string; readonly format: "JSON" | "Text" },
): LoggingConfig {
  const format = change?.LogFormat ?? before?.LogFormat ?? defaults.format;
  const group = change?.LogGroup ?? before?.LogGroup ?? `/aws/lambda/${defaults.name}`;
  if (format === "Text") {
    if (change?.ApplicationLogLevel !== undefined || change?.SystemLogLevel !== undefined) {
      throw invalidParameter(
        'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
      );
    }
    return { LogFormat: "Text", LogGroup: group };
  }
  return {
    LogFormat: format,
    ApplicationLogLevel: change?.ApplicationLogLevel ?? before?.ApplicationLogLevel ?? "INFO",
    SystemLogLevel: change?.SystemLogLevel ?? before?.SystemLogLevel ?? "INFO",
    LogGroup: group,
  };
}
