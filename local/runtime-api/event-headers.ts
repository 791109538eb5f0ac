// The headers a runtime gets with an event.
import type { OutgoingHttpHeaders } from "node:http";
import type { Invocation } from "./invocation.ts";

/** What is absent has no header at all, as in Lambda with one invocation at a time. */
export function eventHeaders(invocation: Invocation): OutgoingHttpHeaders {
  const headers = {
    "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
    "Lambda-Runtime-Deadline-Ms": String(invocation.deadlineMs),
    "Lambda-Runtime-Invoked-Function-Arn": invocation.functionArn,
    "Lambda-Runtime-Trace-Id": invocation.traceId,
    "Lambda-Runtime-Client-Context": invocation.clientContext,
    "Lambda-Runtime-Cognito-Identity": invocation.cognitoIdentity,
    "Lambda-Runtime-Aws-Tenant-Id": invocation.tenantId,
    "Content-Type": invocation.contentType ?? "application/json",
  };
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, headerText(value as string)]));
}

/**
 * A header's bytes are the UTF-8 of its text, which Node takes only as one character a byte. Line
 * ends and other controls would end the header; JSON has them between its tokens alone.
 */
function headerText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  const line = text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f]/g, " ");
  return Buffer.from(line, "utf8").toString("latin1");
}
