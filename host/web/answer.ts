// What the script's server answered, as an outcome.
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { type Failure, hostFailure } from "../answer/failure.ts";
import type { HttpAnswer, HttpHead } from "../answer/http-answer.ts";
import { failed, type Outcome, type Pump, response } from "../answer/outcome.ts";
import { httpContentType, preludeOf } from "../answer/prelude.ts";
import { proxyAnswer, proxyHead } from "../answer/proxy-answer.ts";
import { HostError } from "../errors.ts";
import type { HttpRequest } from "../event/http-request.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import { createCollector } from "../process/collector.ts";
import type { WebResponse } from "./client.ts";

/** Of one connection (RFC 9110, section 7.6.1); the length is that of the answer. */
const droppedHeaders = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
];

/** @throws HostError `Function.ResponseSizeTooLarge`; leaving the loop closes the connection. */
async function bodyOf({ body }: WebResponse): Promise<Buffer> {
  const output = createCollector();
  for await (const piece of body) {
    if (!output.push(Buffer.from(piece)))
      throw new HostError("Function.ResponseSizeTooLarge", tooLarge().errorMessage);
  }
  return output.bytes();
}

function headOf({ status, headers }: WebResponse): HttpHead {
  const kept = headers.filter(([name]) => !droppedHeaders.includes(name.toLowerCase()));
  return { status, reason: undefined, headers: kept };
}

function whole(answer: HttpAnswer, { source }: HttpRequest): Outcome {
  const bytes = proxyAnswer(answer, source);
  return bytes.length > maximumPayloadBytes ? failed(tooLarge()) : response(bytes);
}

/** What the server is not asked for, as if it had said so. */
export function methodNotAllowed(): WebResponse {
  const headers = [["content-type", "text/plain; charset=utf-8"]] as const;
  const body = (async function* () {
    yield Buffer.from("Method Not Allowed");
  })();
  return { status: 405, headers, body };
}

/** `failureOf` says why the body broke off; `onEnd` is called when the answer is over. */
export function streamed(
  answer: WebResponse,
  { source }: HttpRequest,
  failureOf: (error: unknown) => Promise<Failure>,
  onEnd: () => void,
): Outcome {
  const pump: Pump = async (write) => {
    try {
      if (!(await write(preludeOf(proxyHead(headOf(answer), source))))) return undefined;
      for await (const piece of answer.body) if (!(await write(piece))) break;
      return undefined;
    } catch (error) {
      return await failureOf(error);
    } finally {
      onEnd();
    }
  };
  return { kind: "stream", contentType: httpContentType, pump };
}

/** Of an event that is not a request: the body of a 2xx. */
export async function eventOutcome(answer: WebResponse): Promise<Outcome> {
  if (answer.status < 200 || answer.status > 299) return failed(await errorStatus(answer));
  return response(await bodyOf(answer));
}

export async function errorStatus(answer: WebResponse): Promise<Failure> {
  const body = (await bodyOf(answer)).toString("utf8", 0, 1000).trim();
  return hostFailure(
    "Function.ErrorStatus",
    `The server answered with status ${answer.status}${body === "" ? "" : `: ${body}`}`,
  );
}

/** Of a request: the whole answer, in the form of its source. */
export async function requestOutcome(answer: WebResponse, request: HttpRequest): Promise<Outcome> {
  return whole({ ...headOf(answer), body: await bodyOf(answer) }, request);
}
