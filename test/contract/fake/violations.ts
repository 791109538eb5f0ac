// What a runtime must not do at the Runtime API; a case fails on each that it did not ask for.
export const violations = {
  "malformed request": "what was sent is no HTTP/1.1 request",
  "truncated request": "the connection ended within a request",
  "header outside ASCII":
    "a header holds bytes that each side may read in its own way (RFC 9110 5.5)",
  "pipelined request": "a request was sent on a connection whose last request was not answered",
  "unknown request": "no such method and path in the Runtime API",
  "poll while polling": "next was asked for while another next was pending",
  "poll while running": "next was asked for before the current event was answered",
  "poll during post": "next was asked for before the answer to the post had arrived",
  "poll after init error": "next was asked for after init/error",
  "poll aborted": "a pending next was given up, which loses the next event",
  "init error after init": "init/error was posted although next had been asked for",
  "second init error": "init/error was posted again after it was accepted",
  "unknown request id": "an answer was posted for an id that is not the current invocation",
  "second answer": "an invocation that was answered already was answered again",
  "malformed error type":
    "Lambda-Runtime-Function-Error-Type does not match the platform's pattern",
  "malformed error cause": "Lambda-Runtime-Function-XRay-Error-Cause is not JSON",
  "malformed error body": "the body of an error is not a JSON object",
  "large error body": "the body of an error has more than 256 KiB",
  "malformed response mode": 'Lambda-Runtime-Function-Response-Mode is not exactly "streaming"',
  "undeclared trailer": "a trailer came that the Trailer header does not name",
} as const;

export type ViolationName = keyof typeof violations;

export interface Violation {
  name: ViolationName;
  detail: string;
}

/** What an error's post breaks, whatever the state it comes in. */
export function errorViolations(headers: Record<string, string>, body: Buffer): Violation[] {
  const found: Violation[] = [];
  const type = headers["lambda-runtime-function-error-type"];
  // The platform searches the pattern anywhere in the value.
  if (type !== undefined && !/(Runtime|Function)\.[A-Z][a-zA-Z]+/.test(type)) {
    found.push({ name: "malformed error type", detail: type });
  }
  const cause = headers["lambda-runtime-function-xray-error-cause"];
  if (cause && !isJsonObject(cause)) found.push({ name: "malformed error cause", detail: cause });
  if (body.length > 256 * 1024) {
    found.push({ name: "large error body", detail: `${body.length} bytes` });
  }
  if (!isJsonObject(body.toString())) {
    found.push({ name: "malformed error body", detail: body.toString().slice(0, 200) });
  }
  return found;
}

/** What a response's post breaks. */
export function responseViolations(
  headers: Record<string, string>,
  trailers: Record<string, string>,
): Violation[] {
  const found: Violation[] = [];
  const mode = headers["lambda-runtime-function-response-mode"];
  if (mode !== undefined && mode !== "streaming") {
    found.push({ name: "malformed response mode", detail: mode });
  }
  const declared = (headers.trailer ?? "").toLowerCase().split(/\s*,\s*/);
  for (const name of Object.keys(trailers)) {
    if (!declared.includes(name)) found.push({ name: "undeclared trailer", detail: name });
  }
  return found;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false; // Not JSON at all: that is the answer.
  }
}
