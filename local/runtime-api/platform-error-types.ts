// The types of the errors that a caller gets from the platform, because the runtime posted none.

export const platformErrorTypes = [
  "Extension.Crash",
  "Extension.ExitError",
  "Extension.InitError",
  "Extension.LaunchError",
  "Function.ResponseSizeTooLarge",
  "Function.Unknown",
  "Runtime.AfterRestoreError",
  "Runtime.ExitError",
  "Runtime.InvalidEntrypoint",
  "Runtime.InvalidResponseModeHeader",
  "Runtime.OutOfMemory",
  "Runtime.TruncatedResponse",
  "Runtime.Unknown",
  "Sandbox.Failure",
  "Sandbox.Timedout",
] as const;

export type PlatformErrorType = (typeof platformErrorTypes)[number];
