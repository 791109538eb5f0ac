// A script serves HTTP: a request's variables and body go in, its answer comes out in the form that its
// source wants. The runner beneath knows nothing of it.
import type { Outcome } from "../answer/outcome.ts";
import type { Invocation } from "../invocation.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** Every event that is a request has it; what has not is not parsed. */
const mark = Buffer.from('"requestContext"');

export function withHttp(runner: Runner, surroundings: Surroundings): Runner {
  return {
    ...runner,
    run(invocation) {
      if (!invocation.event.includes(mark)) return runner.run(invocation);
      return serve(invocation, runner, surroundings);
    },
  };
}

async function serve(
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
