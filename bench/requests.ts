// Cuts what a runtime sends on one connection into HTTP requests; it knows only what a bench needs
// of HTTP: bodies with a Content-Length. Chunks are kept as they came, so that no big body is
// copied while it is being timed.

export type Request = { method: string; path: string; body: Buffer[] };

type Incomplete = Request & { missing: number };

const nothing = Buffer.alloc(0);

/** Returns the function that takes each chunk of a connection and calls `take` per request. */
export function requestReader(take: (request: Request) => void): (chunk: Buffer) => void {
  let partOfHead: Buffer = nothing;
  let request: Incomplete | undefined;

  return function read(chunk) {
    let rest = partOfHead.length > 0 ? Buffer.concat([partOfHead, chunk]) : chunk;
    partOfHead = nothing;
    while (rest.length > 0) {
      if (request === undefined) {
        const end = rest.indexOf("\r\n\r\n");
        if (end < 0) {
          partOfHead = rest;
          return;
        }
        request = parseHead(rest.toString("latin1", 0, end));
        rest = rest.subarray(end + 4);
      }
      const part = rest.subarray(0, request.missing);
      if (part.length > 0) request.body.push(part);
      request.missing -= part.length;
      rest = rest.subarray(part.length);
      if (request.missing > 0) return;
      const complete = request;
      request = undefined;
      take(complete);
    }
  };
}

function parseHead(head: string): Incomplete {
  if (/\r\ntransfer-encoding: *\S/i.test(head)) {
    throw new Error("the bench's server reads bodies with a Content-Length only");
  }
  const [method = "", path = ""] = head.split(" ", 2);
  const missing = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return { method, path, body: [], missing };
}
