// A request to the script's server, over a connection that the server may have closed in the
// meantime.
import type { WebClient, WebRequest, WebResponse } from "./client.ts";
import type { WebServer } from "./server.ts";

/** A request that a closed connection swallowed is sent again, once, on a new one. */
export async function sendTwice(
  client: WebClient,
  { child }: WebServer,
  request: WebRequest,
  signal: AbortSignal,
): Promise<WebResponse> {
  try {
    return await client.send(request, signal);
  } catch (error) {
    if ((error as { isStale?: boolean }).isStale !== true) throw error;
    // A server that has ended also closed it; that one may have started on the request.
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!child.running) throw error;
    return client.send(request, signal);
  }
}
