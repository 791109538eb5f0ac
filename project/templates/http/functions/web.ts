import { json } from "node:stream/consumers";

/** What is used of the event of a function URL or of an HTTP API (payload format 2.0). */
interface HttpEvent {
  readonly rawPath: string;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string } };
}

const event = (await json(process.stdin)) as HttpEvent;
const { method } = event.requestContext.http;
console.error(`${method} ${event.rawPath}`);

function answer(statusCode: number, body: object): void {
  const headers = { "content-type": "application/json" };
  console.log(JSON.stringify({ statusCode, headers, body: JSON.stringify(body) }));
}

if (method !== "GET") answer(405, { error: "only GET is answered here" });
else answer(200, { greeting: `Hello, ${event.queryStringParameters?.name ?? "World"}!` });
