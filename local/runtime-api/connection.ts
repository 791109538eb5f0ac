// A connection of the runtime: plain polls and responses are answered the short way.
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { servePlainConnection } from "../http/plain-connection.ts";
import { claim } from "./claim.ts";
import { deliver } from "./deliver.ts";
import type { Environment } from "./environment.ts";
import { type HotCall, readHotCall } from "./hot-call.ts";
import { invocationNext } from "./invocation-next.ts";
import { takeResponse } from "./invocation-response.ts";
import type { Reply } from "./reply.ts";

/** Serves a connection until it ends; `server` need not listen. */
export function serveConnection(environment: Environment, server: Server, socket: Socket): void {
  servePlainConnection<HotCall>(socket, ({ isGone, send }) => {
    let requestId: string | undefined;
    // One for all calls: each is answered before the next one is read.
    const reply: Reply = {
      get call() {
        return requestId === undefined
          ? "GET /2018-06-01/runtime/invocation/next"
          : `POST /2018-06-01/runtime/invocation/${requestId}/response`;
      },
      isGone,
      send,
    };
    return {
      read: readHotCall,
      answer(call, bytes) {
        requestId = call.requestId;
        answer(environment, call, bytes, reply);
      },
      handOver: (taken) => server.emit("connection", taken),
    };
  });
}

function answer(environment: Environment, call: HotCall, bytes: Buffer, reply: Reply): void {
  const { contentType, requestId } = call;
  if (requestId === undefined) {
    invocationNext(environment, reply);
    return;
  }
  const pending = claim(environment, requestId, "InvocationResponse", reply);
  if (pending === undefined) return;
  const body = bytes.subarray(call.bodyStart, call.end);
  takeResponse(environment, pending, body, contentType, reply);
  deliver(environment);
}
