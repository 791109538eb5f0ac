// A request's body, for operations that need all of it.
import type { IncomingMessage } from "node:http";
import { readBody } from "../runtime-api/read-body.ts";
import { lambdaError } from "../service-error.ts";

/** @throws ServiceError RequestEntityTooLargeException beyond `limit` bytes. */
export async function readWhole(request: IncomingMessage, limit: number): Promise<Buffer> {
  const body = await readBody(request, limit);
  if (body.kind === "whole") return body.bytes;
  if (body.kind === "broken") throw new Error("the request broke off");
  const message = `Request must be smaller than ${limit} bytes for the operation`;
  throw lambdaError("RequestEntityTooLargeException", message);
}
