// The HTTP server of the service: Node's own parser in front of everything else.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { maximumHeadBytes } from "../../lambda/limits.ts";

/** In milliseconds; an answer may take as long as it likes. */
export interface ListenerLimits {
  /** Until the head of a request has arrived. */
  readonly headMs: number;
  /** Until all of it has arrived, because an upload takes time. */
  readonly requestMs: number;
}

const usualLimits: ListenerLimits = { headMs: 20_000, requestMs: 5 * 60_000 };

export interface Listener {
  /**
   * Gives the port it listens on, for 0 a free one; without a host on all addresses.
   * @throws Error when the port is taken, or the address is not one of this machine's.
   */
  listen(host: string | undefined, port: number): Promise<number>;
  /** Accepts no more connections; open ones stay open. */
  stop(): void;
  /** Ends every connection, whatever is in progress on it. */
  destroy(): void;
}

/** A client that stops in the middle of its request gets 408, and its connection is closed. */
export function createListener(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { headMs, requestMs }: ListenerLimits = usualLimits,
): Listener {
  const server = createServer(
    {
      maxHeaderSize: maximumHeadBytes,
      headersTimeout: headMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: headMs / 4,
      keepAliveTimeout: 60_000,
    },
    answer,
  );
  return {
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
      return (server.address() as AddressInfo).port;
    },
    stop: () => void server.close(),
    destroy: () => server.closeAllConnections(),
  };
}
