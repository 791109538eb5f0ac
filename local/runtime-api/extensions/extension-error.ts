// The refusals of an extension's call, and which extension made it.
import type { IncomingMessage } from "node:http";
import { type ApiError, refuse } from "../api-error.ts";
import type { Environment } from "../environment.ts";
import type { Reply } from "../reply.ts";
import type { Extension, ExtensionState } from "./extension.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function extensionError(type: string, errorMessage: string): ApiError {
  return { status: 403, errorType: `Extension.${type}`, errorMessage };
}

/** Refuses a call that an extension may not make now; `who` is its id or its name. */
export function extensionStateError(from: ExtensionState, to: ExtensionState, who: string) {
  const message = `State transition from ${from} to ${to} failed for extension ${who}. Error: State transition is not allowed`;
  return extensionError("InvalidExtensionState", message);
}

/** The extension that a call names by its identifier; undefined when the call was refused. */
export function callingExtension(
  environment: Environment,
  request: IncomingMessage,
  reply: Reply,
): Extension | undefined {
  const id = request.headers["lambda-extension-identifier"];
  if (typeof id !== "string" || id === "") {
    const message = "Missing Lambda-Extension-Identifier header";
    refuse(environment, reply, extensionError("MissingExtensionIdentifier", message));
    return undefined;
  }
  if (!uuid.test(id)) {
    const message = "Invalid Lambda-Extension-Identifier";
    refuse(environment, reply, extensionError("InvalidExtensionIdentifier", message));
    return undefined;
  }
  const extension = environment.extensions.find((known) => known.id === id.toLowerCase());
  // Before it has registered, its id means nothing.
  if (extension === undefined || extension.state === "Started") {
    const message = `Unknown extension ${id}`;
    refuse(environment, reply, extensionError("UnknownExtensionIdentifier", message));
    return undefined;
  }
  return extension;
}
