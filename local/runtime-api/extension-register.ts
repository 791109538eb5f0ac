// POST /2020-01-01/extension/register: a runtime that wants SIGTERM before the environment ends.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApiError, refuse, sendJson } from "./api-error.ts";
import type { Environment } from "./environment.ts";
import { readBody } from "./read-body.ts";

/** Lambda's limit for one environment. */
const maximumExtensions = 10;
/** More than any list of events needs; Lambda names no limit. */
const maximumRegistrationBytes = 64 * 1024;

/** What Lambda tells an extension of the function. */
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
  response: ServerResponse,
): Promise<void> {
  const name = request.headers["lambda-extension-name"];
  if (typeof name !== "string" || name === "") {
    refuse(environment, response, extensionError("InvalidExtensionName", "Empty extension name"));
    return;
  }
  const body = await readBody(request, maximumRegistrationBytes);
  if (body.kind === "broken") return;
  const events = body.kind === "whole" ? readEvents(body.bytes) : undefined;
  const error = events ? whyNot(environment, name, events) : invalidFormat;
  if (error !== undefined || events === undefined) {
    refuse(environment, response, error ?? invalidFormat);
    return;
  }
  const id = crypto.randomUUID();
  environment.extensions.set(id, {
    name,
    wantsInvoke: events.includes("INVOKE"),
    poll: undefined,
  });
  response.setHeader("Lambda-Extension-Identifier", id);
  const { accountId, ...answer } = description;
  const features = String(request.headers["lambda-extension-accept-feature"] ?? "").split(/, */);
  sendJson(response, 200, features.includes("accountId") ? { ...answer, accountId } : answer);
}

const invalidFormat: ApiError = {
  status: 403,
  errorType: "InvalidRequestFormat",
  errorMessage: 'The body must be JSON of the form {"events":["INVOKE"]}',
};

function readEvents(body: Buffer): string[] | undefined {
  try {
    const { events = [] } = JSON.parse(body.toString()) as { events?: unknown };
    return Array.isArray(events) ? events.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function whyNot(environment: Environment, name: string, events: string[]): ApiError | undefined {
  for (const event of events) {
    // Only an extension with a process of its own can be told of the end of the runtime's.
    if (event === "SHUTDOWN") {
      const reason = "ShutdownEventNotSupportedForInternalExtension";
      return extensionError("InvalidEventType", `${event}: ${reason}`);
    }
    if (event !== "INVOKE") {
      return extensionError("InvalidEventType", `${event}: Invalid event`);
    }
  }
  if (environment.state !== "Started") {
    return extensionError("RegistrationClosed", "Extension registration closed already");
  }
  if ([...environment.extensions.values()].some((extension) => extension.name === name)) {
    const message = "Extension with this name already registered";
    return extensionError("InvalidExtensionState", message);
  }
  if (environment.extensions.size >= maximumExtensions) {
    const message = `Extension limit (${maximumExtensions}) reached`;
    return extensionError("TooManyExtensions", message);
  }
  return undefined;
}

export function extensionError(type: string, errorMessage: string): ApiError {
  return { status: 403, errorType: `Extension.${type}`, errorMessage };
}
