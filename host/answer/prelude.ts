// The prelude of a streamed HTTP response (AWS: "Response streaming", HTTP integration).

/** The platform makes an HTTP response of this: JSON, eight NULs, the body. */
export const httpContentType = "application/vnd.awslambda.http-integration-response";
const delimiter = Buffer.alloc(8);

/** `head` has `statusCode`, `headers`, `cookies` and whatever else the source accepts. */
export function preludeOf(head: unknown): Buffer {
  return Buffer.concat([Buffer.from(JSON.stringify(head) ?? "{}"), delimiter]);
}
