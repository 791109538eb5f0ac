// Stands in for AWS: answers what the examples ask, once the request's signature is verified.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type Credentials, verifySignature } from "./verify-signature.ts";

// Of the shapes that AWS gives to a role: the token holds characters that shells and headers mind.
const credentials: Credentials = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVz+LWVhc3QtMQ==",
};

const queuePath = "/123456789012/orders";

export interface AwsStandIn extends AsyncDisposable {
  /** What a function's environment holds, so that it calls this server. */
  readonly variables: Readonly<Record<string, string>>;
  /** In their order; `SERVICE ACTION`, or the reason of a refusal. */
  readonly calls: string[];
  /** The bodies of the messages that were sent. */
  readonly messages: string[];
  close(): Promise<void>;
}

export async function startAwsStandIn(): Promise<AwsStandIn> {
  const calls: string[] = [];
  const messages: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    try {
      const { service, region } = verifySignature(request, body, credentials);
      if (region !== "us-east-1") throw new Error(`it is signed for ${region}`);
      calls.push(answer(service, request, body, response, messages));
    } catch (error) {
      calls.push((error as Error).message);
      response.writeHead(403).end(`<Error><Message>${(error as Error).message}</Message></Error>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const variables = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL: url,
    QUEUE_URL: `${url}${queuePath}`,
  };
  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return { variables, calls, messages, close, [Symbol.asyncDispose]: close };
}

function answer(
  service: string,
  { method, url = "/" }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  messages: string[],
): string {
  const form = new URLSearchParams(body.toString());
  const action = form.get("Action");
  if (service === "sts" && action === "GetCallerIdentity" && url === "/") {
    response.end(
      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/example/function</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>",
    );
    return "sts GetCallerIdentity";
  }
  if (service === "sqs" && action === "SendMessage" && url === queuePath) {
    messages.push(form.get("MessageBody") ?? "");
    response.end(
      "<SendMessageResponse><SendMessageResult><MessageId>11111111-1111-4111-8111-111111111111</MessageId></SendMessageResult></SendMessageResponse>",
    );
    return "sqs SendMessage";
  }
  const [path] = url.split("?");
  if (service === "s3" && method === "GET" && path === "/reports/2026/first%20of%20January.txt") {
    response.end("one\ntwo\nthree\n");
    return "s3 GetObject";
  }
  throw new Error(`nothing is known of ${service} ${method} ${url} ${action}`);
}
