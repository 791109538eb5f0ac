// Reads the HTTP/1.1 requests of one connection as they arrive, noting when each piece came.
export interface RequestHead {
  method: string;
  path: string;
  /** As sent, in order. */
  rawHeaders: [name: string, value: string][];
  /** Lower-case names; repeats joined with ", ". */
  headers: Record<string, string>;
}

export interface RequestListener {
  head(head: RequestHead): void;
  /** One chunk of a chunked body, or one read of a body with a length. */
  chunk(bytes: Buffer): void;
  end(trailers: Record<string, string>): void;
  /** What no HTTP/1.1 server has to accept; the connection is of no use afterwards. */
  malformed(reason: string): void;
}

type Stage = "head" | "body" | "chunk size" | "chunk" | "chunk end" | "trailers" | "malformed";

/** Lambda's limit for request line and headers together. */
const headLimit = 1024 * 1024;

/** Returns a function to feed with bytes. `idle()` tells whether a request is half read. */
export function parseRequests(listener: RequestListener) {
  let stage: Stage = "head";
  let pending: Buffer = Buffer.alloc(0);
  let remaining = 0;

  function fail(reason: string): void {
    stage = "malformed";
    pending = Buffer.alloc(0);
    listener.malformed(reason);
  }

  function end(trailers: Record<string, string>): void {
    stage = "head";
    listener.end(trailers);
  }

  function readHead(): boolean {
    const length = pending.indexOf("\r\n\r\n");
    if (length === -1) {
      if (pending.length > headLimit) fail("a request head of more than 1 MiB");
      return false;
    }
    const [requestLine = "", ...lines] = take(length + 4)
      .toString("latin1")
      .trimEnd()
      .split("\r\n");
    const [method = "", path = "", version = ""] = requestLine.split(" ");
    const rawHeaders = lines.map(splitField);
    const headers = joinFields(rawHeaders);
    const problem = headProblem(requestLine, version, lines, headers);
    if (problem) {
      fail(problem);
      return false;
    }
    const chunked = "transfer-encoding" in headers;
    remaining = Number(headers["content-length"] ?? 0);
    stage = chunked ? "chunk size" : "body";
    listener.head({ method, path, rawHeaders, headers });
    if (!chunked && remaining === 0) end({});
    return true;
  }

  function readBody(): boolean {
    const bytes = take(Math.min(remaining, pending.length));
    remaining -= bytes.length;
    if (bytes.length > 0) listener.chunk(bytes);
    if (remaining > 0) return false;
    if (stage === "chunk") stage = "chunk end";
    else end({});
    return true;
  }

  function readChunkSize(): boolean {
    const length = pending.indexOf("\r\n");
    if (length === -1) return false;
    const size = take(length + 2)
      .toString("latin1")
      .trimEnd();
    if (!/^[0-9a-f]+(;.*)?$/i.test(size)) {
      fail(`a chunk size that is not hexadecimal: ${JSON.stringify(size)}`);
      return false;
    }
    remaining = Number.parseInt(size, 16);
    stage = remaining === 0 ? "trailers" : "chunk";
    return true;
  }

  function readChunkEnd(): boolean {
    if (pending.length < 2) return false;
    if (take(2).toString("latin1") !== "\r\n") {
      fail("a chunk that is longer than its size says");
      return false;
    }
    stage = "chunk size";
    return true;
  }

  function readTrailers(): boolean {
    if (pending.length < 2) return false;
    if (pending.subarray(0, 2).toString("latin1") === "\r\n") {
      take(2);
      end({});
      return true;
    }
    const length = pending.indexOf("\r\n\r\n");
    if (length === -1) return false;
    const lines = take(length + 4)
      .toString("latin1")
      .trimEnd()
      .split("\r\n");
    end(joinFields(lines.map(splitField)));
    return true;
  }

  function take(length: number): Buffer {
    const taken = pending.subarray(0, length);
    pending = pending.subarray(length);
    return taken;
  }

  const readers: Record<Stage, () => boolean> = {
    head: readHead,
    body: readBody,
    "chunk size": readChunkSize,
    chunk: readBody,
    "chunk end": readChunkEnd,
    trailers: readTrailers,
    malformed: () => false,
  };

  return {
    feed(bytes: Buffer): void {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      while (pending.length > 0 && readers[stage]());
    },
    idle: () => stage === "head" && pending.length === 0,
  };
}

function splitField(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()];
}

function joinFields(fields: [string, string][]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    joined[key] = key in joined ? `${joined[key]}, ${value}` : value;
  }
  return joined;
}

function headProblem(
  requestLine: string,
  version: string,
  lines: string[],
  headers: Record<string, string>,
): string | undefined {
  if (version !== "HTTP/1.1") return `a request line that is not HTTP/1.1: ${requestLine}`;
  const odd = [requestLine, ...lines].find((line) => /[^\t\x20-\x7e\x80-\xff]/.test(line));
  if (odd !== undefined) return `control characters in the head: ${JSON.stringify(odd)}`;
  const nameless = lines.find((line) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+:/.test(line));
  if (nameless !== undefined) return `not a header line: ${JSON.stringify(nameless)}`;
  if (headers.host === undefined) return "no Host header";
  const length = headers["content-length"];
  const encoding = headers["transfer-encoding"];
  if (length !== undefined && encoding !== undefined) {
    return "both Content-Length and Transfer-Encoding";
  }
  if (length !== undefined && !/^\d+$/.test(length)) return `Content-Length: ${length}`;
  if (encoding !== undefined && encoding !== "chunked") return `Transfer-Encoding: ${encoding}`;
  return undefined;
}
