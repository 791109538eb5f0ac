// A proxy before the local service: a test sees every call, answers some itself, or breaks them off.
import { once } from "node:events";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";

export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: Buffer;
}

/** What a test answers in the place of the service. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Hooks {
  /** Undefined: the service answers. A call that is returned goes to it instead of the one that came. */
  before?(call: Call): OwnAnswer | Call | undefined;
  /** The service has done it, and nobody knows yet; with `lost` nobody will: the connection breaks. */
  after?(call: Call): "lost" | undefined;
}

export interface LambdaProxy {
  readonly url: string;
  readonly calls: Call[];
  /** Those that changed something, as `PUT /2015-03-31/functions/hello/code`. */
  writes(): string[];
}

export async function startProxy(
  t: TestContext,
  target: string,
  hooks: Hooks,
): Promise<LambdaProxy> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const { method = "GET", url: path = "/" } = request;
    const call = { method, path, body: await buffer(request) };
    calls.push(call);
    const own = hooks.before?.(call);
    if (own !== undefined && "status" in own) {
      response.writeHead(own.status, { "Content-Type": "application/json", ...own.headers });
      response.end(own.body);
      return;
    }
    const { body, ...onward } = own ?? call;
    const headers = { ...request.headers, "content-length": String(body.length) };
    const forwarded = send(new URL(onward.path, target), { method: onward.method, headers });
    forwarded.end(body);
    const [answer] = await once(forwarded, "response");
    const content = await buffer(answer);
    if (hooks.after?.(call) === "lost") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    writes: () =>
      calls.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
  };
}

/** An error as Lambda puts it on the wire. */
export function lambdaError(status: number, type: string, message: string): OwnAnswer {
  return {
    status,
    headers: { "x-amzn-ErrorType": type },
    body: JSON.stringify({ Type: "User", Message: message }),
  };
}
