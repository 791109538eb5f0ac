// A request to the control plane, and its answer on the wire; also serves the code at the addresses
// that it returns.
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Call, ServiceContext } from "../http/call.ts";
import { readWhole } from "../http/read-whole.ts";
import { lambdaError, type ServiceError } from "../service-error.ts";
import { zipFileOf } from "./code-source.ts";

export async function answerControl(
  { request, response, path, query }: Call,
  { invoke, concurrencyLimit }: ServiceContext,
): Promise<void> {
  const { method = "GET", headers } = request;
  const { store, region, accountId } = invoke;
  const { handleControl, maximumRequestBytes } = await import("./handle.ts");
  const body = await readWhole(request, maximumRequestBytes);
  const requestId = randomUUID();
  const endpoint = `http://${headers.host}`;
  const answer = await handleControl(
    { method, path, query: new URLSearchParams(query), headers, body, requestId },
    { store, region, accountId, endpoint, concurrencyLimit },
  );
  if (answer === undefined) {
    throw lambdaError(
      "UnknownOperationException",
      `${method} ${path} is not an operation of Lambda; this is a local Lambda service (stdlambda dev)`,
    );
  }
  response.writeHead(answer.status, { "x-amzn-RequestId": requestId, ...answer.headers });
  response.end(answer.body);
}

/** GET of an address that `codeLocation` returned. */
export async function sendCode(
  { response, path }: Call,
  { invoke }: ServiceContext,
): Promise<void> {
  const zip = zipFileOf(path, invoke.store);
  if (zip === undefined) throw noCode();
  // Opened before the pipeline, which would end the connection if the file cannot be read.
  const file = await open(zip).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw noCode();
  });
  response.writeHead(200, { "Content-Type": "application/zip" });
  await pipeline(file.createReadStream(), response);
}

function noCode(): ServiceError {
  return lambdaError("ResourceNotFoundException", "There is no code at this address");
}
