// The one table of errors the host itself reports; docs/errors.md is made from it.
import { ExpectedError } from "./expected-error.ts";

/** Each error type and when it is reported. The message says what to do. */
export const errorTable = {
  "Runtime.MalformedHandlerName":
    "The handler setting is empty, holds white space or NUL, a `..` segment, a bad percent escape, or names a path outside the function and its layers.",
  "Runtime.HandlerNotFound":
    "The handler setting names no script, module, export or program; the message lists each candidate that was tried.",
  "Runtime.InterpreterNotFound":
    "The script's shebang or extension asks for an interpreter that is not installed.",
  "Runtime.NotExecutable":
    "The file has no known script extension, no shebang and no executable bit, or was built for another processor.",
  "Runtime.TypeScriptLoaderNotFound":
    "The script uses TypeScript that Node cannot strip, and tsx is not installed beside it or in a layer.",
  "Runtime.InvalidSetting": "A `STDLAMBDA_…` variable has an unknown name or a bad value.",
  "Runtime.InvalidWorkingDir": "LAMBDA_TASK_ROOT is not a directory that can be read.",
  "Runtime.InvalidRuntimeApi": "AWS_LAMBDA_RUNTIME_API is missing or is not `host:port`.",
  "Runtime.ImportModuleError": "The module of the handler, or something it imports, was not found.",
  "Runtime.UserCodeSyntaxError": "The module of the handler does not parse.",
  "Runtime.InvalidExpression":
    "The expression of the handler failed, or its value is not a function.",
  "Runtime.CallbackHandlerDeprecated":
    "The function takes a callback, which AWS removed with Node.js 24.",
  "Runtime.JSONStringifyError":
    "The function returned a value that JSON cannot hold, such as a BigInt or a cycle.",
  "Runtime.UnmarshalError":
    "The event is not valid JSON, and the function's convention needs it parsed.",
  "Runtime.MarshalError":
    "A Python function returned a value that JSON cannot hold, such as a datetime or a set.",
  "Runtime.BuiltInModuleConflict":
    "The file of a Python function has the name of a module that is built into Python.",
  "Runtime.LambdaContextUnmarshalError":
    "The client context or the identity of the call is not valid JSON, and a Python function's context needs it parsed.",
  "Runtime.ScriptExitedAtInit":
    "A script in mode `main`, or a function's file, ended its process while it was loaded.",
  "Runtime.InvalidStreamingOperation":
    "A streaming function set the content type or the HTTP metadata after its first write.",
  "Runtime.StdinReadAtInit":
    "A script in mode `main` read stdin while it was loaded, when there is no event.",
  "Runtime.BeforeSnapshotError":
    "SnapStart: the hook that runs before the snapshot failed; the version is not published.",
  "Runtime.AfterRestoreError":
    "SnapStart: the hook that runs after a restore failed; the environment is not used.",
  "Runtime.ThreadEnded":
    "On Managed Instances: the worker thread in which the function ran ended before it answered, by an endless loop of another event or for lack of memory; it was replaced.",
  "Runtime.ApiFailure":
    "The Runtime API could not be reached or refused a call in a way that cannot be mended; the host exits.",
  "Function.Timeout": "The script or function did not end before its deadline; it was stopped.",
  "Function.Shutdown":
    "The execution environment was shut down (SIGTERM) before the event was answered, and the function did not end in time.",
  "Function.ResponseSizeTooLarge":
    "The response is larger than 6,291,556 bytes; use STDLAMBDA_STDOUT=stream.",
  "Function.InvalidOutput": "STDLAMBDA_STDOUT=json, and stdout is not UTF-8.",
  "Function.NoResponse":
    "A loop script ended, or a function called process.exit, without having answered the event.",
  "Function.TooMuchOutput":
    "A loop script answered with more than one line, or the process of a function in another language said more than its one answer; it is replaced.",
  "Function.InvalidResponse":
    "A function of the `fetch` convention returned something else than a Response, or one with a status that no client takes.",
  "Runtime.ServerNotReady":
    "The server of mode `web` ended, or accepted no connection in time; the message has its last lines.",
  "Function.ErrorStatus":
    "The server of mode `web` answered with a status that STDLAMBDA_WEB_ERRORS names, or an event that is not HTTP with another one than 2xx.",
  "Function.ServerFailed":
    "The server of mode `web` broke off a request, or answered with what is not HTTP.",
  "Function.NotHttp":
    "The event is not an HTTP request, and the function has the `fetch` convention.",
  "Function.StartFailed": "The operating system refused to start the script.",
} as const;

export type ErrorType = keyof typeof errorTable;

/** An error the host reports under a stable type; the message says what to do. */
export class HostError extends ExpectedError {
  override name = "HostError";
  declare readonly type: ErrorType;

  constructor(type: ErrorType, message: string, options?: ErrorOptions) {
    super(message, { ...options, type });
  }
}
