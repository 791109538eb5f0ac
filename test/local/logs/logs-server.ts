// The log API behind a real HTTP server, as the local service has it.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { handleLogsApi } from "../../../local/logs/cloudwatch/handle-logs-api.ts";
import type { LogStore } from "../../../local/logs/log-store.ts";

export const context = { region: "us-east-1", accountId: "012345678912" };

/** Listens on a free port, or on the given one; stopped with the test. */
export async function startLogsServer(
  t: Pick<TestContext, "after">,
  store: LogStore,
  port = 0,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const target = String(request.headers["x-amz-target"]);
    const { status, body } = handleLogsApi(target, await buffer(request), store, context);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(body);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  t.after(stop);
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, stop };
}

/** One call without HTTP around it. */
export function call(
  operation: string,
  input: unknown,
  store: LogStore,
): { status: number; body: Record<string, unknown> } {
  const body = Buffer.from(typeof input === "string" ? input : JSON.stringify(input));
  const answer = handleLogsApi(`Logs_20140328.${operation}`, body, store, context);
  return { status: answer.status, body: JSON.parse(answer.body) };
}
