// POST /runtime/restore/error: the runtime's work after a restore failed; the runtime exits next.

import type { IncomingMessage } from "node:http";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { apiErrors, invalidStateTransition, refuse } from "./api-error.ts";
import { become, type Environment, endEnvironment } from "./environment.ts";
import { readBody } from "./read-body.ts";
import { readFunctionError } from "./read-function-error.ts";
import { accept, type Reply } from "./reply.ts";
import { mayBecome } from "./state.ts";

export async function restoreError(
  environment: Environment,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  const body = await readBody(request, maximumPayloadBytes);
  if (body.kind === "broken") return;
  if (!mayBecome(environment.state, "RuntimeRestoreErrorState")) {
    const error = invalidStateTransition(environment.state, "RuntimeRestoreErrorState");
    refuse(environment, reply, error);
    return;
  }
  if (body.kind === "too-large") {
    refuse(environment, reply, apiErrors.requestEntityTooLarge);
    return;
  }
  become(environment, "RuntimeRestoreErrorState");
  environment.initError = readFunctionError(request.headers, body.bytes);
  environment.onInitError(environment.initError);
  accept(reply);
  // Unlike an init, a restore is not repeated: the invocation that asked for it fails at once.
  endEnvironment(environment, "Runtime.AfterRestoreError", "The restore failed");
}
