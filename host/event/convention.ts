// How a function is called: what it gets for an event, and what its result means
// (docs/conventions.md, section 3).
import { HostError } from "../errors.ts";
import { createContext, headersObject, type Invocation } from "../invocation.ts";
import type { Platform, Settings } from "../settings.ts";
import type { TextEncoding } from "./encodings.ts";

export interface Calling {
  readonly convention: Settings["convention"];
  /** Of text that is not JSON. */
  readonly text: TextEncoding;
}

/** The context of AWS's Node runtime (AWS: "Lambda context object in Node.js"). */
export interface FunctionContext extends ReturnType<typeof createContext> {
  readonly xRayTraceId: string | undefined;
  getRemainingTimeInMillis(): number;
}

export function functionContext(invocation: Invocation, platform: Platform): FunctionContext {
  return Object.assign(createContext(invocation, platform), {
    xRayTraceId: invocation.traceId,
    getRemainingTimeInMillis: () => (invocation.deadlineMs ?? Date.now()) - Date.now(),
  });
}

/** @throws HostError `Runtime.UnmarshalError` when the event is not valid JSON; an empty one is undefined. */
export function parseEvent(event: Buffer): unknown {
  if (event.length === 0) return undefined;
  try {
    return JSON.parse(event.toString("utf8"));
  } catch (error) {
    throw new HostError(
      "Runtime.UnmarshalError",
      `The event is not valid JSON: ${(error as Error).message}. Send JSON, or take the text as it is with STDLAMBDA_CONVENTION=string.`,
      { cause: error },
    );
  }
}

/** The arguments of one call. */
export function functionArguments(
  invocation: Invocation,
  { convention, text }: Calling,
  platform: Platform,
): unknown[] {
  switch (convention) {
    case "string":
      return [text.decode(invocation.event), headersObject(invocation)];
    case "json":
      return [parseEvent(invocation.event), headersObject(invocation)];
    case "stdio":
      return [];
    default:
      return [parseEvent(invocation.event), functionContext(invocation, platform)];
  }
}

/**
 * The bytes of a result: JSON; with `string` and `json` a string or bytes are taken as they are.
 * @throws HostError `Runtime.JSONStringifyError`.
 */
export function resultBytes(value: unknown, { convention, text }: Calling): Uint8Array {
  if (convention !== "aws") {
    if (typeof value === "string") return text.encode(value);
    const bytes = bytesOf(value);
    if (bytes !== undefined) return bytes;
  }
  try {
    return Buffer.from(JSON.stringify(value) ?? "null");
  } catch (error) {
    throw new HostError(
      "Runtime.JSONStringifyError",
      `The function's result cannot be written as JSON: ${(error as Error).message}. Return plain data.`,
      { cause: error },
    );
  }
}

/** The bytes of a view or a buffer of any kind; undefined for anything else. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value))
    ? new Uint8Array(value as ArrayBuffer)
    : undefined;
}
