// The headers a runtime gets with an event.
import { onOneLine } from "../../host/control-characters.ts";
import type { Invocation } from "./invocation.ts";

/**
 * Names and values in turn. What is absent has no header at all in Lambda with one invocation at a
 * time; Managed Instances send an empty one, but for the tenant id, which they do not know.
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
 * A header's bytes are the UTF-8 of its text, which Node takes only as one character a byte. Line
 * ends and other controls would end the header; JSON has them between its tokens alone.
 */
function headerText(text: string): string {
  if (plainText.test(text)) return text;
  return Buffer.from(onOneLine(text), "utf8").toString("latin1");
}
