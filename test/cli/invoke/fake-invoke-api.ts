// Lambda's Invoke API, so far as a client sees it: keeps the requests, answers as the test says.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";

export interface SeenRequest {
  readonly method: string;
  /** The path with the query, still encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface FakeInvokeApi extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
}

export type Reply = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/** Listens on a port of its own; every request gets the same reply. */
export async function startFakeInvokeApi(reply: Reply): Promise<FakeInvokeApi> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = "", url: path = "", headers } = incoming;
    const request = { method, path, headers, body: await buffer(incoming) };
    seen.push(request);
    await reply(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** An error of the service, in its wire form. */
export function refuse(status: number, type: string, fields: Record<string, string>): Reply {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": type });
    response.end(JSON.stringify({ Type: "User", ...fields }));
  };
}

/** A frame of `application/vnd.amazon.eventstream`: lengths, their checksum, headers, payload, checksum. */
export function eventFrame(eventType: string, payload: string | Buffer): Buffer {
  const headers = Buffer.concat(
    [
      [":message-type", "event"],
      [":event-type", eventType],
      [
        ":content-type",
        eventType === "PayloadChunk" ? "application/octet-stream" : "application/json",
      ],
    ].map(([name = "", value = ""]) => {
      const head = Buffer.from([name.length, ...Buffer.from(name), 7, 0, value.length]);
      return Buffer.concat([head, Buffer.from(value)]);
    }),
  );
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(headers.length + body.length + 16, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, headers, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(message));
  return Buffer.concat([message, checksum]);
}

export const eventStreamHeaders = { "content-type": "application/vnd.amazon.eventstream" } as const;
