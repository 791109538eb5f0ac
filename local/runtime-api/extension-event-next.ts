// GET /2020-01-01/extension/event/next: held open until an event the extension registered for.
import type { IncomingMessage, ServerResponse } from "node:http";
import { refuse } from "./api-error.ts";
import { deliver, type Environment } from "./environment.ts";
import { extensionError } from "./extension-register.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function extensionEventNext(
  environment: Environment,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const id = request.headers["lambda-extension-identifier"];
  if (typeof id !== "string" || id === "") {
    const message = "Missing Lambda-Extension-Identifier header";
    refuse(environment, response, extensionError("MissingExtensionIdentifier", message));
    return;
  }
  if (!uuid.test(id)) {
    const message = "Invalid Lambda-Extension-Identifier";
    refuse(environment, response, extensionError("InvalidExtensionIdentifier", message));
    return;
  }
  const extension = environment.extensions.get(id.toLowerCase());
  if (extension === undefined) {
    const message = `Unknown extension ${id}`;
    refuse(environment, response, extensionError("UnknownExtensionIdentifier", message));
    return;
  }
  extension.poll = response;
  deliver(environment);
}
