// POST /2020-01-01/extension/init/error and …/exit/error: an extension gives up, then exits.
import type { IncomingMessage } from "node:http";
import { refuse } from "../api-error.ts";
import type { Environment } from "../environment.ts";
import { accept, type Reply } from "../reply.ts";
import { callingExtension, extensionError, extensionStateError } from "./extension-error.ts";

const errorTypeHeader = "Lambda-Extension-Function-Error-Type";

export function extensionFailure(
  environment: Environment,
  state: "InitError" | "ExitError",
  request: IncomingMessage,
  reply: Reply,
): void {
  const extension = callingExtension(environment, request, reply);
  if (extension === undefined) return;
  const errorType = request.headers[errorTypeHeader.toLowerCase()];
  if (typeof errorType !== "string" || errorType === "") {
    const message = `${errorTypeHeader} not found`;
    refuse(environment, reply, extensionError("MissingHeader", message));
    return;
  }
  if (extension.state === state) {
    accept(reply);
    return;
  }
  const mayFail = { InitError: ["Registered"], ExitError: ["Registered", "Ready", "Running"] };
  if (!mayFail[state].includes(extension.state)) {
    refuse(environment, reply, extensionStateError(extension.state, state, extension.id));
    return;
  }
  extension.state = state;
  accept(reply);
  // An extension that fails during shutdown fails no invocation.
  if (environment.shutdown !== undefined) return;
  // Pending invocations fail when a process has ended, with the type that was posted first.
  environment.extensionError ??= `Extension.${state}`;
  environment.onExtensionError(extension.name, errorType);
}
