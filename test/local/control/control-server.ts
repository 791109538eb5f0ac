// The control plane behind a real HTTP server, with AWS's client for it. Every answer is compared
// with the service model; what differs fails the test at its end.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { zipFileOf } from "../../../local/control/code-source.ts";
import type { ControlContext } from "../../../local/control/context.ts";
import { handleControl } from "../../../local/control/handle.ts";
import { model } from "../../../local/control/model.ts";
import { route } from "../../../local/control/route.ts";
import { ServiceError } from "../../../local/service-error.ts";
import { openStore } from "../../../local/store/open-store.ts";
import type { Store } from "../../../local/store/store.ts";
import { file, makeZip } from "../store/make-zip.ts";
import { outputProblems } from "./output-problems.ts";

export interface ControlServer {
  readonly client: LambdaClient;
  readonly endpoint: string;
  readonly store: Store;
  readonly directory: string;
}

interface Options {
  /** By default one that is removed after the test. */
  readonly directory?: string;
  readonly concurrencyLimit?: number;
}

export const account = "012345678912";
export const role = `arn:aws:iam::${account}:role/lambda`;
export const arnPrefix = `arn:aws:lambda:us-east-1:${account}:function:`;

export async function startControl(
  t: TestContext,
  { directory = temporaryDirectory(t), concurrencyLimit = 1000 }: Options = {},
): Promise<ControlServer> {
  const store = await openStore(directory, { onDamage: (message) => assert.fail(message) });
  const problems: string[] = [];
  const server = createServer((request, response) => {
    const endpoint = `http://${request.headers.host}`;
    const context = { store, region: "us-east-1", accountId: account, endpoint, concurrencyLimit };
    serve(request, response, context, problems).catch((error) => {
      problems.push(String(error.stack));
      response.writeHead(500).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new LambdaClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  t.after(async () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
    await store.close();
    assert.deepEqual(problems, []);
  });
  return { client, endpoint, store, directory };
}

export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "stdlambda-control-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A zip with one file; its content tells zips apart. */
export function zipWith(content: string): Buffer {
  return makeZip([file("bootstrap", content)]);
}

/** What CreateFunction needs at least. */
export function functionInput(FunctionName: string) {
  return {
    FunctionName,
    Role: role,
    Runtime: "provided.al2023",
    Handler: "hello.sh",
    Code: { ZipFile: zipWith("#!/bin/sh\n") },
  } as const;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  context: ControlContext,
  problems: string[],
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", context.endpoint);
  const { method = "" } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const answer = await handleControl(
      {
        method,
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks),
        requestId: "request-1",
      },
      context,
    );
    if (answer === undefined) {
      response.writeHead(404).end(zipFileOf(pathname, context.store));
      return;
    }
    problems.push(...problemsOf(method, pathname, searchParams, answer.body));
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const body = { Type: "User", Message: error.message, ...error.fields };
    response
      .writeHead(error.status, {
        "Content-Type": "application/json",
        "x-amzn-ErrorType": error.type,
      })
      .end(JSON.stringify(body));
  }
}

function problemsOf(method: string, path: string, query: URLSearchParams, body: string): string[] {
  const found = route(method, path, query);
  if (found === undefined || "unsupported" in found || body === "") return [];
  const { output } = model.operations[found.operation];
  if (output === undefined) return [`${found.operation} answered a body, and the model has none`];
  return outputProblems(output, JSON.parse(body), found.operation);
}
