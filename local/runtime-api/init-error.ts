// POST /runtime/init/error: the runtime could not start; it is expected to exit next.
import type { IncomingMessage, ServerResponse } from "node:http";
import { maximumResponseBytes } from "../../host/answer/limit.ts";
import { accept, apiErrors, invalidStateTransition, refuse } from "./api-error.ts";
import { become, type Environment } from "./environment.ts";
import { readBody } from "./read-body.ts";
import { readFunctionError } from "./read-function-error.ts";

export async function initError(
  environment: Environment,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, maximumResponseBytes);
  if (body.kind === "broken") return;
  if (!become(environment, "InitError")) {
    refuse(environment, response, invalidStateTransition(environment.state, "InitError"));
    return;
  }
  if (body.kind === "too-large") {
    refuse(environment, response, apiErrors.requestEntityTooLarge);
    return;
  }
  // The caller gets it when the process has ended: until then Lambda counts the init as running.
  environment.initError = readFunctionError(request.headers, body.bytes);
  environment.onInitError(environment.initError);
  accept(response);
}
