// The calls of the Runtime API: next, response, error, init/error (AWS: "Using the Lambda runtime API").

import type { ErrorReport } from "../answer/error-report.ts";
import { withoutControlCharacters } from "../control-characters.ts";
import { HostError } from "../errors.ts";
import { createInvocation, type Invocation } from "../invocation.ts";
import { sleep } from "../sleep.ts";
import { version } from "../version.ts";
import { type Address, hostLine } from "./address.ts";
import { ConnectionError, openConnection } from "./connection.ts";
import { headerValue } from "./header-value.ts";
import type { Response } from "./response-parser.ts";
import { type StreamedResponse, streamResponse } from "./stream.ts";

const prefix = "/2018-06-01/runtime";

export interface RuntimeApi {
  /**
   * Waits for the next event, forever.
   * @throws HostError `Runtime.ApiFailure`; the host must exit.
   */
  next(): Promise<Invocation>;
  /** Posts a whole response. @throws HostError when the host must exit. */
  respond(id: string, body: Uint8Array, contentType: string): Promise<void>;
  /** Posts a response while it is written. @throws HostError when the host must exit. */
  stream(id: string, response: StreamedResponse): Promise<void>;
  /** Posts a function error. @throws HostError when the host must exit. */
  fail(id: string, report: ErrorReport): Promise<void>;
  /** Posts an init error, and waits a short while for the answer; the host exits after it. */
  initError(report: ErrorReport): Promise<void>;
  /** Lets the event loop become empty until the next call. */
  release(): void;
}

/** What the client does when the platform fails or refuses a call. */
export interface Patience {
  /**
   * How long to wait after a failed poll, given the number of failures before it; undefined: give
   * up.
   */
  pauseMs(failures: number): number | undefined;
  /** A refused call costs at most its own event; otherwise the host must exit. */
  readonly outlivesRefusals: boolean;
}

/** A poll whose connection failed has taken no event, so it is repeated a few times. */
const pollPausesMs = [0, 100, 400, 1000];
const withOneSlot: Patience = {
  pauseMs: (failures) => pollPausesMs[failures],
  outlivesRefusals: false,
};

/** An init error counts as reported once it is sent; a silent API must not keep the host alive. */
const initErrorPatienceMs = 500;

/** `warn` takes what went wrong without ending the host. */
export function connectRuntimeApi(
  address: Address,
  warn: (message: string) => void,
  { pauseMs, outlivesRefusals }: Patience = withOneSlot,
): RuntimeApi {
  const connection = openConnection(address);
  const host = hostLine(address);
  const nextHead = `GET ${prefix}/invocation/next HTTP/1.1\r\n${host}User-Agent: stdlambda/${version} node/${process.versions.node}\r\n`;

  async function next(): Promise<Invocation> {
    for (let failures = 0; ; failures++) {
      try {
        return readNext(await connection.request(nextHead));
      } catch (error) {
        const isBroken = error instanceof ConnectionError;
        if (!isBroken && !outlivesRefusals) throw error;
        // The platform counts the event as delivered: nobody else will report it.
        if (isBroken && error.answerBegan) {
          warn(`an event could not be read and is lost: ${error.message}. It will time out.`);
        }
        const pause = pauseMs(failures);
        if (pause === undefined) throw isBroken ? unreachable("next", error) : error;
        if (pause > 0) await sleep(pause);
      }
    }
  }

  function headOfPost(path: string, fields: string, body: Uint8Array): string {
    return `POST ${prefix}${path} HTTP/1.1\r\n${host}${fields}Content-Length: ${body.length}\r\n`;
  }

  async function postForInvocation(
    id: string,
    call: "response" | "error",
    fields: string,
    body: Uint8Array,
  ): Promise<void> {
    const head = headOfPost(`/invocation/${encodeURIComponent(id)}/${call}`, fields, body);
    let answer: Response;
    let repeated = false;
    try {
      answer = await connection.request(head, body);
    } catch {
      // The other side may have closed a reused connection in the meantime, so there is one more
      // try on a fresh one. The script is never run again for it.
      repeated = true;
      try {
        answer = await connection.request(head, body);
      } catch (error) {
        return giveUp(unreachable(call, error as Error));
      }
    }
    // The first post had arrived and only its answer was lost, so the second is a duplicate.
    if (repeated && answer.status === 403) {
      warn(`the ${call} was sent twice: status 403 ${excerpt(answer.body)}`);
    } else settle(call, answer);
  }

  /** @throws HostError where the host must exit. */
  function settle(call: "response" | "error", answer: Response): void {
    const refusal = judge(call, answer, warn);
    if (refusal !== undefined) giveUp(refusal);
  }

  function giveUp(error: HostError): void {
    if (!outlivesRefusals) throw error;
    warn(`the answer to an event is lost: ${error.message}`);
  }

  return {
    release: connection.release,
    next,
    respond: (id, body, contentType) =>
      postForInvocation(id, "response", `Content-Type: ${headerValue(contentType)}\r\n`, body),
    fail: (id, report) => postForInvocation(id, "error", errorFields(report), report.body),
    async stream(id, response) {
      const path = `${prefix}/invocation/${encodeURIComponent(id)}/response`;
      const answer = await streamResponse(address, path, response);
      if (answer === undefined)
        warn("the Runtime API closed the connection of a streamed response");
      else settle("response", answer);
    },
    async initError(report) {
      const head = headOfPost("/init/error", errorFields(report), report.body);
      const posted = connection
        .request(head, report.body)
        .catch(() => connection.request(head, report.body));
      const answer = await Promise.race([posted, sleep(initErrorPatienceMs)]);
      if (answer === undefined) warn("the Runtime API did not answer the init error");
      else if (!isAccepted(answer)) {
        warn(`the init error was not taken: status ${answer.status} ${excerpt(answer.body)}`);
      }
    },
  };
}

function readNext(answer: Response): Invocation {
  if (answer.status !== 200) throw refused("next", answer);
  const invocation = createInvocation(answer.headers, answer.body);
  if (invocation !== undefined) return invocation;
  throw new HostError(
    "Runtime.ApiFailure",
    "The Runtime API gave an event without Lambda-Runtime-Aws-Request-Id; it cannot be answered.",
  );
}

/**
 * What the status of a post means: accepted (2xx); lost, but the next event can come (400 for an id
 * that is over, 410 after a timeout, 413 when the platform has answered for us); or the end (403 wrong
 * state, 5xx "Container error. Non-recoverable state. Runtime should exit promptly"), which is returned.
 */
function judge(
  call: "response" | "error",
  answer: Response,
  warn: (message: string) => void,
): HostError | undefined {
  if (isAccepted(answer)) return undefined;
  const { status, body } = answer;
  const ownFault = /"(?:InvalidFunctionResponseMode|TruncatedHTTPRequest)"/.test(body.toString());
  if ((status === 400 && !ownFault) || status === 410 || status === 413) {
    warn(`the ${call} was not taken: status ${status} ${excerpt(body)}`);
    return undefined;
  }
  return refused(call, answer);
}

function isAccepted({ status }: Response): boolean {
  return status >= 200 && status < 300;
}

function refused(call: string, { status, body }: Response): HostError {
  return new HostError(
    "Runtime.ApiFailure",
    `The Runtime API answered ${call} with status ${status} ${excerpt(body)}; the runtime cannot go on and exits.`,
  );
}

function unreachable(call: string, cause: Error): HostError {
  return new HostError(
    "Runtime.ApiFailure",
    `The Runtime API could not be reached for ${call}: ${cause.message}. Check AWS_LAMBDA_RUNTIME_API.`,
    { cause },
  );
}

function excerpt(body: Buffer): string {
  return withoutControlCharacters(body.toString("utf8", 0, 300))
    .replaceAll(/\s+/g, " ")
    .trim();
}

function errorFields(report: ErrorReport): string {
  const cause =
    report.xrayCause === undefined
      ? ""
      : `Lambda-Runtime-Function-XRay-Error-Cause: ${headerValue(report.xrayCause)}\r\n`;
  return `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${headerValue(report.headerType)}\r\n${cause}`;
}
