// What a script gets and how it answers depend on the event's shape: with a request it gets CGI's
// variables, and its answer gets the form that the source wants; the source of a batch reads only
// JSON. The wrapped runner does not know about shapes.
import { type Outcome, response } from "../answer/outcome.ts";
import type { Invocation } from "../invocation.ts";
import { logLines } from "../process/lines.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** Every request contains the one text, every batch the other; other events are not parsed. */
const requestMark = Buffer.from('"requestContext"');
const batchMark = Buffer.from('"eventSource"');

export function withShape(runner: Runner, surroundings: Surroundings): Runner {
  const isAuto = surroundings.settings.stdout === "auto";
  return {
    ...runner,
    run(invocation) {
      const { event } = invocation;
      if (event.includes(requestMark)) return serveRequest(invocation, runner, surroundings);
      if (isAuto && event.includes(batchMark)) return serveBatch(invocation, runner, surroundings);
      return runner.run(invocation);
    },
  };
}

async function serveRequest(
  invocation: Invocation,
  runner: Runner,
  { settings, log }: Surroundings,
): Promise<Outcome> {
  const { readHttpRequest } = await import("../event/http-request.ts");
  const request = readHttpRequest(invocation.event);
  if (request === undefined) return runner.run(invocation);
  const { cgiVariables } = await import("../event/cgi.ts");
  const { variables, warning } = cgiVariables(request);
  if (warning !== undefined) log.warn(warning);
  const event = settings.stdin === "body" ? (request.body ?? Buffer.alloc(0)) : invocation.event;
  const outcome = await runner.run({ ...invocation, event, variables });
  if (settings.stdout === "raw" || settings.stdout === "json") return outcome;
  const { httpOutcome } = await import("../answer/http-outcome.ts");
  return httpOutcome(outcome, request.source, settings.stdout === "stream");
}

/**
 * A source that reads a report of failures would treat a response that is not JSON as the failure
 * of the whole batch (AWS: "Partial batch responses"); null says that all went well, as the exit
 * status does.
 */
async function serveBatch(
  invocation: Invocation,
  runner: Runner,
  { log }: Surroundings,
): Promise<Outcome> {
  const outcome = await runner.run(invocation);
  if (outcome.kind !== "response" || isJson(outcome.body)) return outcome;
  const { readBatch } = await import("../event/batch.ts");
  if (readBatch(invocation.event) === undefined) return outcome;
  logLines(Buffer.from(outcome.body), log, invocation);
  return response(Buffer.from("null"));
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString("utf8"));
    return true;
  } catch {
    return false;
  }
}
