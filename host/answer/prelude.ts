// The prelude of a streamed HTTP response (AWS: "Response streaming", HTTP integration).

/** What the platform makes an HTTP response of: JSON, eight NULs, the body. */
export const httpContentType = "application/vnd.awslambda.http-integration-response";
const delimiter = Buffer.alloc(8);

/** `head`: `statusCode`, `headers`, `cookies` and what else the source takes. */
export function preludeOf(head: unknown): Buffer {
  return Buffer.concat([Buffer.from(JSON.stringify(head) ?? "{}"), delimiter]);
}
