// A CloudEvent of an HTTP request as an event of EventBridge's form.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { RefusedRequest } from "./refused-request.ts";

export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string | undefined;
  /** All other attributes and extensions by their names. */
  readonly others: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

/** Undefined for a request that is not a CloudEvent. @throws RefusedRequest for one that is not valid. */
export function readCloudEvent(headers: IncomingHttpHeaders, body: Buffer): CloudEvent | undefined {
  const type = mediaType(headers["content-type"]);
  if (type.startsWith("application/cloudevents-batch")) {
    throw new RefusedRequest(
      415,
      "InvalidCloudEvent",
      "A batch of CloudEvents is not taken; send each event in a request of its own",
    );
  }
  if (type === "application/cloudevents+json" || type === "application/cloudevents") {
    return structured(body);
  }
  if (type.startsWith("application/cloudevents")) {
    throw new RefusedRequest(
      415,
      "InvalidCloudEvent",
      `CloudEvents as ${type} are not taken; send application/cloudevents+json, or binary mode`,
    );
  }
  return headers["ce-specversion"] === undefined ? undefined : binary(headers, body);
}

function structured(body: Buffer): CloudEvent {
  const event = parse(body, "The CloudEvent in the body");
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw invalid("The CloudEvent in the body is not a JSON object");
  }
  const { data, data_base64: base64, ...attributes } = event as Record<string, unknown>;
  if (data !== undefined && base64 !== undefined) {
    throw invalid("A CloudEvent has either data or data_base64, and this one has both");
  }
  if (base64 === undefined) return checked(attributes, data ?? null);
  if (typeof base64 !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw invalid("The data_base64 of the CloudEvent is not base64");
  }
  const bytes = Buffer.from(base64, "base64");
  return checked(attributes, dataOf(bytes, mediaType(attributes.datacontenttype)));
}

function binary(headers: IncomingHttpHeaders, body: Buffer): CloudEvent {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith("ce-")) attributes[name.slice(3)] = percentDecoded(String(value));
  }
  const contentType = headers["content-type"];
  if (contentType !== undefined) attributes.datacontenttype = contentType;
  return checked(attributes, dataOf(body, mediaType(contentType)));
}

function checked(attributes: Readonly<Record<string, unknown>>, data: unknown): CloudEvent {
  const { specversion, id, source, type, time, ...others } = attributes;
  if (specversion !== "1.0") {
    throw invalid(`The specversion of the CloudEvent is ${shown(specversion)}; it must be "1.0"`);
  }
  if (time !== undefined && (typeof time !== "string" || !isTimestamp(time))) {
    throw invalid(
      `The time of the CloudEvent is ${shown(time)}; it must be a timestamp such as 2026-01-31T12:00:00Z`,
    );
  }
  return {
    id: text(id, "id"),
    source: text(source, "source"),
    type: text(type, "type"),
    time,
    others: { specversion, ...others },
    data,
  };
}

function text(value: unknown, attribute: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(
    value === undefined
      ? `The CloudEvent has no ${attribute}`
      : `The ${attribute} of the CloudEvent is ${shown(value)}; it must be a string that is not empty`,
  );
}

function isTimestamp(time: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(time) &&
    !Number.isNaN(Date.parse(time))
  );
}

/** JSON as its value, text as text, other bytes as base64; no bytes are no data. */
function dataOf(bytes: Buffer, type: string): unknown {
  if (bytes.length === 0) return null;
  if (type === "" || type === "application/json" || type.endsWith("+json")) {
    return parse(bytes, "The data of the CloudEvent");
  }
  return isUtf8(bytes) ? bytes.toString() : bytes.toString("base64");
}

function parse(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw invalid(`${what} is not valid JSON: ${(error as Error).message}`);
  }
}

/** Header values have UTF-8 and quotes percent-encoded (the binding, 3.1.3.2). */
function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function mediaType(value: unknown): string {
  return typeof value === "string" ? (value.split(";", 1)[0] ?? "").trim().toLowerCase() : "";
}

function invalid(message: string): RefusedRequest {
  return new RefusedRequest(400, "InvalidCloudEvent", message);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "missing").slice(0, 100);
}

/** The event, as EventBridge would send it; what EventBridge has no place for is under `cloudevent`. */
export function eventBridgeEvent(
  { id, source, type, time, others, data }: CloudEvent,
  home: { readonly accountId: string; readonly region: string },
): Buffer {
  const { subject } = others;
  const event = {
    version: "0",
    id,
    "detail-type": type,
    source,
    account: home.accountId,
    time: time ?? `${new Date().toISOString().slice(0, 19)}Z`,
    region: home.region,
    resources: typeof subject === "string" ? [subject] : [],
    detail: data,
    cloudevent: others,
  };
  return Buffer.from(JSON.stringify(event));
}
