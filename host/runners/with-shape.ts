// What a script gets and how it answers depend on the event's shape: a request comes with CGI's
// variables and gets an answer in the form that its source wants; the source of a batch reads JSON
// alone. The runner beneath knows nothing of it.
import { type Outcome, response } from "../answer/outcome.ts";
import type { Invocation } from "../invocation.ts";
import { logLines } from "../process/lines.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** Every event that is a request has the one, every batch the other; the rest is not parsed. */
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
  return httpOutcome(outcome, request.source);
}

/**
 * A response that is not JSON would fail the whole batch where its source reads a report of failures
 * (AWS: "Partial batch responses"); null says that all went well, as the exit status has.
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
