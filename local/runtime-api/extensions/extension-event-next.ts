// GET /2020-01-01/extension/event/next: held open until an event the extension registered for.
import type { IncomingMessage } from "node:http";
import { refuse } from "../api-error.ts";
import { deliver } from "../deliver.ts";
import type { Environment } from "../environment.ts";
import type { Reply } from "../reply.ts";
import { tellOfShutdown } from "./extension.ts";
import { callingExtension, extensionStateError } from "./extension-error.ts";

export function extensionEventNext(
  environment: Environment,
  request: IncomingMessage,
  reply: Reply,
): void {
  const extension = callingExtension(environment, request, reply);
  if (extension === undefined) return;
  if (extension.state !== "Registered" && extension.state !== "Running") {
    refuse(environment, reply, extensionStateError(extension.state, "Ready", extension.id));
    return;
  }
  extension.state = "Ready";
  extension.poll = reply;
  tellOfShutdown(environment, extension);
  deliver(environment);
}
