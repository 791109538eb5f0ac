// What is no invocation: the ping, and the extension a runtime registers to be sent SIGTERM.
import { randomUUID } from "node:crypto";
import { jsonReply } from "./json-reply.ts";
import { bodyOf, type RecordedRequest } from "./recorded-request.ts";
import type { HttpReply } from "./send-reply.ts";

/** The answer, `"held"` for a call that is never answered, or `undefined` for an unknown path. */
export function answerSideCall(request: RecordedRequest): HttpReply | "held" | undefined {
  switch (`${request.method} ${request.path}`) {
    case "GET /ping":
      return { status: 200, headers: [], body: Buffer.from("pong") };
    case "POST /2020-01-01/extension/register":
      return register(request);
    case "GET /2020-01-01/extension/event/next":
      return request.headers["lambda-extension-identifier"] ? "held" : missingHeader();
    default:
      return undefined;
  }
}

function register(request: RecordedRequest): HttpReply {
  if (!request.headers["lambda-extension-name"]) return missingHeader();
  const { events = [] } = JSON.parse(bodyOf(request).toString() || "{}") as { events?: string[] };
  if (events.includes("SHUTDOWN")) {
    const errorType = "ShutdownEventNotSupportedForInternalExtension";
    return jsonReply(403, { errorType, errorMessage: "SHUTDOWN is not for internal extensions" });
  }
  const reply = jsonReply(200, { functionName: "conformance", functionVersion: "$LATEST" });
  reply.headers.push(["Lambda-Extension-Identifier", randomUUID()]);
  return reply;
}

function missingHeader(): HttpReply {
  const errorMessage = "the extension's name or identifier is missing";
  return jsonReply(403, { errorType: "Extension.MissingHeader", errorMessage });
}
