// Cuts what a connection delivers into responses, wherever it is split.
import { maximumHeadBytes } from "../../lambda/limits.ts";
import { type BodyReader, createBodyReader } from "./body.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

export interface Response {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether another request can follow on the connection. */
  readonly reusable: boolean;
}

export interface ResponseParser {
  /**
   * Takes bytes, which the caller may reuse afterwards; returns the response with its last byte.
   * @throws Error when they are not HTTP.
   */
  push(bytes: Buffer): Response | undefined;
  /** The other side has closed: returns the response that ends in this way, if it is one. */
  end(): Response | undefined;
}

export function createResponseParser(): ResponseParser {
  let unparsed: Buffer | undefined;
  let head: ResponseHead | undefined;
  let body: BodyReader | undefined;

  function finish(reusable: boolean): Response {
    const { status, headers } = head as ResponseHead;
    const response = { status, headers, body: (body as BodyReader).bytes(), reusable };
    body = undefined;
    return response;
  }

  return {
    push(bytes) {
      let rest = unparsed === undefined ? bytes : Buffer.concat([unparsed, bytes]);
      unparsed = undefined;
      while (body === undefined) {
        const end = rest.indexOf("\r\n\r\n");
        if (end === -1 || end > maximumHeadBytes) {
          refuseUnlessBegun(rest);
          unparsed = Buffer.from(rest);
          return undefined;
        }
        head = readHead(rest.subarray(0, end));
        rest = rest.subarray(end + 4);
        // 1xx answers are interim: the real one follows (RFC 9110, section 15.2).
        if (head.status < 200) continue;
        // A response hardly ever comes in pieces: no reader, no state.
        if (head.body === rest.length) return whole(head, rest);
        body = createBodyReader(head.body);
      }
      const used = body.consume(rest);
      if (!body.done) return undefined;
      // Bytes beyond it would be taken for the answer to the next request.
      return finish(used === rest.length && (head as ResponseHead).keepAlive);
    },
    end: () => (body?.endedByClose() ? finish(false) : undefined),
  };
}

/**
 * The head of the last 202, which is the same for each post: recognising it is cheaper than parsing
 * it.
 */
let accepted: { bytes: Buffer; head: ResponseHead } | undefined;

function readHead(bytes: Buffer): ResponseHead {
  if (accepted?.bytes.equals(bytes)) return accepted.head;
  const head = parseResponseHead(bytes);
  if (head.status === 202) accepted = { bytes: Buffer.from(bytes), head };
  return head;
}

/** Copied, because the socket reuses its buffer. */
function whole({ status, headers, keepAlive }: ResponseHead, bytes: Buffer): Response {
  return { status, headers, body: Buffer.from(bytes), reusable: keepAlive };
}

const protocol = "HTTP/1.";

// Bytes that can never become a head are refused at once, because the server may be waiting for us.
function refuseUnlessBegun(bytes: Buffer): void {
  if (bytes.length > maximumHeadBytes) {
    throw new Error(`its head is larger than ${maximumHeadBytes} bytes`);
  }
  const start = bytes.toString("latin1", 0, protocol.length);
  if (!protocol.startsWith(start)) {
    throw new Error(`it begins with ${JSON.stringify(bytes.toString("latin1", 0, 40))}`);
  }
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) throw new Error("a line of its head does not end in CRLF");
  }
}
