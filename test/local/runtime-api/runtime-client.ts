// A runtime in the hands of a test: one call of the Runtime API at a time, good or bad.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Invocation } from "../../../local/runtime-api/invocation.ts";
import {
  type RuntimeApi,
  type RuntimeApiOptions,
  startRuntimeApi,
} from "../../../local/runtime-api/server.ts";

export interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
  /** The body's `errorType`, when it is an error answer. */
  errorType: string | undefined;
}

export interface TestedApi extends RuntimeApi {
  url: string;
  /** What the API reported as broken contract. */
  faults: string[];
  /** How the test's runtime makes its calls. */
  call: Call;
}

interface CallOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

export type Call = (url: string, options?: CallOptions) => Promise<Answer>;

/** A Runtime API that ends with the test. */
export async function startApi(
  t: TestContext,
  options: RuntimeApiOptions = {},
  transport: Call = call,
): Promise<TestedApi> {
  const faults: string[] = [];
  const api = await startRuntimeApi({ onFault: (fault) => faults.push(fault), ...options });
  t.after(() => api.close());
  return { ...api, faults, url: `http://${api.address}/2018-06-01/runtime`, call: transport };
}

export function createInvocation(overrides: Partial<Invocation> = {}): Invocation {
  return {
    event: Buffer.from('{"n":1}'),
    requestId: randomUUID(),
    deadlineMs: Date.now() + 3000,
    functionArn: "arn:aws:lambda:us-east-1:012345678912:function:test",
    ...overrides,
  };
}

const agent = new Agent({ keepAlive: true });

/** Calls as most runtimes make them: few headers, over connections that are used again. */
export async function call(url: string, options: CallOptions = {}): Promise<Answer> {
  const { body = "", headers: given = {}, method = "GET" } = options;
  // Node's client gives the length of a body by itself only where it expects a body.
  const length = method === "GET" ? {} : { "Content-Length": Buffer.byteLength(body) };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const post = request(url, { agent, method, headers: { ...length, ...given } });
    post.on("response", resolve);
    post.on("error", reject);
    post.end(body);
  });
  const headers = new Headers(message.headers as Record<string, string>);
  return createAnswer(message.statusCode ?? 0, headers, await buffer(message));
}

/** The same with headers that mean nothing here, which only Node's own server reads. */
export async function callByFetch(url: string, options: CallOptions = {}): Promise<Answer> {
  const answer = await fetch(url, options);
  return createAnswer(answer.status, answer.headers, Buffer.from(await answer.arrayBuffer()));
}

function createAnswer(status: number, headers: Headers, body: Buffer): Answer {
  const isError = status >= 400 && headers.get("content-type") === "application/json";
  const errorType = isError ? JSON.parse(body.toString()).errorType : undefined;
  return { status, headers, body, errorType };
}

export function next(api: TestedApi): Promise<Answer> {
  return api.call(`${api.url}/invocation/next`);
}

export function respond(
  api: TestedApi,
  id: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return api.call(`${api.url}/invocation/${id}/response`, { method: "POST", body, headers });
}

export function fail(
  api: TestedApi,
  id: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return api.call(`${api.url}/invocation/${id}/error`, { method: "POST", body, headers });
}

export function failInit(api: TestedApi, body: string, type: string): Promise<Answer> {
  const headers = { "Lambda-Runtime-Function-Error-Type": type };
  return api.call(`${api.url}/init/error`, { method: "POST", body, headers });
}

/** Puts one event in and takes it out: the API is in state Running afterwards. */
export async function startInvocation(api: TestedApi, overrides: Partial<Invocation> = {}) {
  const invocation = createInvocation(overrides);
  const result = api.invoke(invocation);
  const event = await next(api);
  return { id: invocation.requestId, result, event };
}

/** Opens a streaming post and leaves it open. */
export function openStream(api: TestedApi, id: string, headers: OutgoingHttpHeaders = {}) {
  const post = request(`${api.url}/invocation/${id}/response`, {
    method: "POST",
    headers: {
      "Content-Type": "text/plain",
      "Transfer-Encoding": "chunked",
      "Lambda-Runtime-Function-Response-Mode": "streaming",
      Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
      ...headers,
    },
  });
  const answer = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    post.on("error", reject);
    post.on("response", async (message: IncomingMessage) => {
      resolve({ status: message.statusCode, body: await text(message) });
    });
  });
  // A test that breaks the post does not wait for its answer.
  answer.catch(() => {});
  post.flushHeaders();
  return { post, answer };
}

/** A connection on which a test writes bytes of its own. */
export async function openSocket(api: TestedApi): Promise<Socket> {
  const [host, port] = api.address.split(":");
  const socket = connect(Number(port), host);
  await once(socket, "connect");
  return socket;
}
