// The headers a runtime gets with an event.
import { onOneLine } from "../../host/control-characters.ts";
import type { Invocation } from "./invocation.ts";

/**
 * Names and values in turn. With one invocation at a time Lambda leaves out a header without a
 * value; Managed Instances send an empty one, except for the tenant id, which they do not know.
 */
export function eventHeaders(invocation: Invocation, sendsEmpty: boolean): string[] {
  const absent = sendsEmpty ? "" : undefined;
  const headers = [
    "Content-Type",
    headerText(invocation.contentType ?? "application/json"),
    "Lambda-Runtime-Aws-Request-Id",
    headerText(invocation.requestId),
    "Lambda-Runtime-Deadline-Ms",
    String(invocation.deadlineMs),
    "Lambda-Runtime-Invoked-Function-Arn",
    headerText(invocation.functionArn),
  ];
  add(headers, "Lambda-Runtime-Trace-Id", invocation.traceId ?? absent);
  add(headers, "Lambda-Runtime-Client-Context", invocation.clientContext ?? absent);
  add(headers, "Lambda-Runtime-Cognito-Identity", invocation.cognitoIdentity ?? absent);
  add(headers, "Lambda-Runtime-Aws-Tenant-Id", invocation.tenantId);
  return headers;
}

function add(headers: string[], name: string, value: string | undefined): void {
  if (value !== undefined) headers.push(name, headerText(value));
}

const plainText = /^[\x20-\x7e]*$/;

/**
 * A header's bytes are the UTF-8 of its text, which Node accepts only as one character for each
 * byte. Line ends and other control characters would end the header; in JSON they occur only
 * between tokens.
 */
function headerText(text: string): string {
  if (plainText.test(text)) return text;
  return Buffer.from(onOneLine(text), "utf8").toString("latin1");
}
