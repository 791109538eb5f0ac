// Why the script's server gave no answer, or never came up.
import { type Failure, failureFromThrown, hostFailure } from "../answer/failure.ts";
import { type Ending, failureFromEnding } from "../answer/script-failure.ts";
import { HostError } from "../errors.ts";
import type { WebServer, WebStart } from "./server.ts";

export async function failureOf(error: unknown, server: WebServer): Promise<Failure> {
  if (error instanceof HostError) return failureFromThrown(error);
  // The connection breaks before the news of the process's end arrives.
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, 200, undefined));
  const ending = await Promise.race([server.finished, late]);
  if (ending !== undefined) return failureFromServerEnd(ending, server.lastLines());
  return hostFailure(
    "Function.ServerFailed",
    `The server broke off the request: ${(error as Error).message}. Its last lines may say why.`,
  );
}

/** A server should not end, whatever its status. */
function failureFromServerEnd(ending: Ending, lastLines: string): Failure {
  return (
    failureFromEnding(ending, lastLines) ?? {
      errorType: `Function.Exit${0}`,
      errorMessage: "The server ended with status 0 while it had a request in hand.",
      stackTrace: [],
    }
  );
}

export function timedOut(started: number): HostError {
  return new HostError(
    "Function.Timeout",
    `The server had not answered after ${((Date.now() - started) / 1000).toFixed(2)} seconds, just before the function's timeout. The request was aborted; the server goes on. Raise the timeout, or make it faster.`,
  );
}

export function notReady(start: Exclude<WebStart, { kind: "ready" }>, port: number): HostError {
  if (start.kind === "taken") {
    return new HostError(
      "Runtime.ServerNotReady",
      `Another program listens on port ${port} already. Set STDLAMBDA_WEB_PORT to a free one.`,
    );
  }
  const last = start.lastLines === "" ? "It wrote nothing." : `Its last lines:\n${start.lastLines}`;
  const what =
    start.kind === "late"
      ? `The server accepted no connection on port ${port} in time. Let it listen on the port in PORT, or set STDLAMBDA_WEB_PORT to the port it uses.`
      : `The server ended ${endingInWords(start.ending)} before it accepted a connection on port ${port}.`;
  return new HostError("Runtime.ServerNotReady", `${what} ${last}`);
}

function endingInWords(ending: Ending): string {
  switch (ending.kind) {
    case "exit":
      return `with status ${ending.status}`;
    case "signal":
      return `by ${ending.signal}`;
    case "not-started":
      return `at once (${ending.reason})`;
    case "failed":
      return `(${ending.failure.errorMessage})`;
  }
}
