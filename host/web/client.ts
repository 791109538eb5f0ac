// The way to the script's server: connections, kept alive, by undici. Loaded in mode `web` alone,
// while the server starts; a bundle of its own in a layer.
import { Client } from "undici";

export interface WebRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
}

export interface WebResponse {
  readonly status: number;
  /** One entry a value, in order, as the server wrote them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: AsyncIterable<Uint8Array>;
}

export interface WebClient {
  /** Rejects with a WebFault when no head of a response came, and with the signal's reason. */
  send(request: WebRequest, signal: AbortSignal): Promise<WebResponse>;
  close(): Promise<void>;
}

/** `isStale`: the connection had served before, so the server may have closed it before it read the request. */
export class WebFault extends Error {
  readonly isStale: boolean;

  constructor(cause: Error, isStale: boolean) {
    super(cause.message, { cause });
    this.isStale = isStale;
  }
}

/** As many connections as there are requests at a time. */
export function createWebClient(origin: string): WebClient {
  const connections: Connection[] = [];

  function idle(): Connection {
    const found = connections.find(({ client }) => client.stats.size === 0);
    if (found !== undefined) return found;
    const added = connectionTo(origin);
    connections.push(added);
    return added;
  }

  return {
    send: (request, signal) => idle().send(request, signal),
    async close() {
      await Promise.all(connections.map(({ client }) => client.destroy()));
    },
  };
}

interface Connection extends Pick<WebClient, "send"> {
  readonly client: Client;
}

function connectionTo(origin: string): Connection {
  // The deadline is the only limit of a request.
  const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0, allowH2: false });
  let hasServed = false;
  client.on("connect", () => {
    hasServed = false;
  });

  return {
    client,
    async send({ method, path, headers, body }, signal) {
      const isReused = hasServed;
      try {
        const answer = await client.request({
          method: method as "GET",
          path,
          headers: [...headers],
          body: body ?? null,
          signal,
          responseHeaders: "raw",
        });
        hasServed = true;
        return {
          status: answer.statusCode,
          headers: pairs(answer.headers as unknown as readonly string[]),
          body: answer.body,
        };
      } catch (error) {
        signal.throwIfAborted();
        throw new WebFault(error as Error, isReused && isBrokenConnection(error));
      }
    },
  };
}

function isBrokenConnection(error: unknown): boolean {
  return ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes((error as { code: string }).code);
}

function pairs(raw: readonly (string | Buffer)[]): [name: string, value: string][] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [
    String(raw[2 * at]),
    text(raw[2 * at + 1] as string | Buffer),
  ]);
}

/** UTF-8 where it is, else a character a byte. */
function text(value: string | Buffer): string {
  const bytes = typeof value === "string" ? Buffer.from(value, "latin1") : value;
  const decoded = bytes.toString("utf8");
  return decoded.includes("\ufffd") ? bytes.toString("latin1") : decoded;
}
