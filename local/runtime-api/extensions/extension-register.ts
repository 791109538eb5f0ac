// POST /2020-01-01/extension/register: an extension subscribes to events.

import type { IncomingMessage } from "node:http";
import { maximumExtensions } from "../../../lambda/limits.ts";
import { type ApiError, refuse } from "../api-error.ts";
import type { Environment } from "../environment.ts";
import { readBody } from "../read-body.ts";
import { type Reply, sendJson } from "../reply.ts";
import { isInitializing } from "../state.ts";
import { wake } from "../waiter.ts";
import { type Extension, type ExtensionEvent, startedExtension } from "./extension.ts";
import { extensionError, extensionStateError } from "./extension-error.ts";

/** More than any list of events needs; Lambda names no limit. */
const maximumRegistrationBytes = 64 * 1024;

/** What Lambda tells an extension about the function. */
export interface FunctionDescription {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  readonly accountId: string;
}

export async function extensionRegister(
  environment: Environment,
  description: FunctionDescription,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  const name = request.headers["lambda-extension-name"];
  if (typeof name !== "string" || name === "") {
    refuse(environment, reply, extensionError("InvalidExtensionName", "Empty extension name"));
    return;
  }
  const body = await readBody(request, maximumRegistrationBytes);
  if (body.kind === "broken") return;
  const events = body.kind === "whole" ? readEvents(body.bytes) : undefined;
  if (events === undefined) {
    refuse(environment, reply, invalidFormat);
    return;
  }
  const external = environment.extensions.find((known) => known.external && known.name === name);
  const error =
    refusedEvent(environment, external !== undefined, events) ??
    (external ? refusedExternal(external) : refusedInternal(environment, name));
  if (error !== undefined) {
    refuse(environment, reply, error);
    return;
  }
  const extension = external ?? addInternal(environment, name);
  extension.events = [...new Set(events as ExtensionEvent[])];
  extension.state = "Registered";
  const { accountId, ...answer } = description;
  const features = String(request.headers["lambda-extension-accept-feature"] ?? "").split(/ *, */);
  sendJson(reply, 200, features.includes("accountId") ? { ...answer, accountId } : answer, [
    "Lambda-Extension-Identifier",
    extension.id,
  ]);
  wake(environment);
}

const invalidFormat: ApiError = {
  status: 403,
  errorType: "InvalidRequestFormat",
  errorMessage: 'The body must be JSON of the form {"events":["INVOKE"]}',
};

function readEvents(body: Buffer): string[] | undefined {
  try {
    const { events } = JSON.parse(body.toString()) as { events?: unknown };
    if (events === undefined || events === null) return [];
    return Array.isArray(events) ? events.map(String) : undefined;
  } catch {
    // A body that is not JSON is answered with the form it must have.
    return undefined;
  }
}

function refusedEvent(
  environment: Environment,
  external: boolean,
  events: readonly string[],
): ApiError | undefined {
  for (const event of events) {
    // Only an extension with its own process outlives the runtime's, and can be told of its end.
    if (event === "SHUTDOWN" && !external) {
      const reason = "ShutdownEventNotSupportedForInternalExtension";
      return extensionError("InvalidEventType", `${event}: ${reason}`);
    }
    // With many invocations at a time they have no events of their own (AWS's emulator for Managed
    // Instances, core/externalagent.go).
    const known =
      event === "SHUTDOWN" || (event === "INVOKE" && environment.maxConcurrency === undefined);
    if (!known) return extensionError("InvalidEventType", `${event}: ErrorInvalidEventType`);
  }
  return undefined;
}

function refusedExternal(extension: Extension): ApiError | undefined {
  if (extension.state === "Started") return undefined;
  return extensionStateError(extension.state, "Registered", extension.name);
}

function refusedInternal(environment: Environment, name: string): ApiError | undefined {
  if (!isInitializing(environment.state)) {
    return extensionError("RegistrationClosed", "Extension registration closed already");
  }
  if (environment.extensions.some((extension) => extension.name === name)) {
    const message = "Extension with this name already registered";
    return extensionError("InvalidExtensionState", message);
  }
  if (environment.extensions.length >= maximumExtensions) {
    const message = `Extension limit (${maximumExtensions}) reached`;
    return extensionError("TooManyExtensions", message);
  }
  return undefined;
}

function addInternal(environment: Environment, name: string): Extension {
  const extension = { ...startedExtension(name), external: false };
  environment.extensions.push(extension);
  return extension;
}
