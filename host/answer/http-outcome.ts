// The outcome of a script that served a request, as the source of the request wants it.

import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { type HttpSource, takesStream } from "../event/http-request.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import { createCollector } from "../process/collector.ts";
import { httpAnswer } from "./http-answer.ts";
import { httpStream } from "./http-stream.ts";
import { failed, type Outcome, type Pump, response } from "./outcome.ts";
import { parseProxyAnswer, proxyAnswer } from "./proxy-answer.ts";

/**
 * A failure stays a function error, which a client of the URL sees as 502. With
 * `isStreaming` an answer that is whole is streamed as well, such as one without a byte: a URL that
 * streams hands on what is posted, and its client would see the JSON of a proxy answer.
 */
export async function httpOutcome(
  outcome: Outcome,
  source: HttpSource,
  isStreaming = false,
): Promise<Outcome> {
  switch (outcome.kind) {
    case "failure":
      return outcome;
    case "response":
      return isStreaming && takesStream(source)
        ? httpStream(pumpOf(outcome.body), source)
        : wholeAnswer(Buffer.from(outcome.body), source);
    case "stream":
      return takesStream(source)
        ? httpStream(outcome.pump, source)
        : collected(outcome.pump, source);
  }
}

function pumpOf(body: Uint8Array): Pump {
  return async (write) => {
    if (body.length > 0) await write(body);
    return undefined;
  };
}

function wholeAnswer(stdout: Buffer, source: HttpSource): Outcome {
  if (parseProxyAnswer(stdout) !== undefined) return response(stdout);
  const answer = proxyAnswer(httpAnswer(stdout), source);
  return answer.length > maximumPayloadBytes ? failed(tooLarge()) : response(answer);
}

/** Load balancers, VPC Lattice and WebSockets want a whole answer, without a prelude. */
async function collected(pump: Pump, source: HttpSource): Promise<Outcome> {
  const output = createCollector();
  let isTooLarge = false;
  const failure = await pump((piece) => {
    isTooLarge ||= !output.push(Buffer.from(piece));
    return isTooLarge ? Promise.resolve(false) : true;
  });
  if (isTooLarge) return failed(tooLarge());
  return failure === undefined ? wholeAnswer(output.bytes(), source) : failed(failure);
}
