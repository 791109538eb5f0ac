// POST /runtime/init/error: the runtime could not start; it is expected to exit next.

import type { IncomingMessage } from "node:http";
import { maximumConcurrentErrorBytes, maximumPayloadBytes } from "../../lambda/limits.ts";
import { apiErrors, invalidStateTransition, refuse } from "./api-error.ts";
import { become, type Environment } from "./environment.ts";
import { readBody } from "./read-body.ts";
import { readFunctionError } from "./read-function-error.ts";
import { accept, type Reply } from "./reply.ts";
import { restoreError } from "./restore-error.ts";
import { mayBecome } from "./state.ts";

export async function initError(
  environment: Environment,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  // Runtimes older than restore/error report a failed restore here (AWS's emulator, initerror.go).
  if (environment.state === "Restoring") return restoreError(environment, request, reply);
  const isClassic = environment.maxConcurrency === undefined;
  const body = await readBody(
    request,
    isClassic ? maximumPayloadBytes : maximumConcurrentErrorBytes,
  );
  if (body.kind === "broken") return;
  if (!mayBecome(environment.state, "InitError")) {
    refuse(environment, reply, invalidStateTransition(environment.state, "InitError"));
    return;
  }
  if (body.kind === "too-large") {
    refuse(environment, reply, apiErrors.requestEntityTooLarge);
    return;
  }
  if (environment.toleratesRestarts) {
    // Its author sees it in the log, and starts the next one.
    environment.onFault(`The runtime could not start: ${body.bytes}`);
    accept(reply);
    return;
  }
  become(environment, "InitError");
  // The caller gets it when the process has ended: until then Lambda counts the init as running.
  environment.initError = readFunctionError(request.headers, body.bytes);
  environment.onInitError(environment.initError);
  accept(reply);
}
