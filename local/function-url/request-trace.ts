// The X-Ray trace of a request: the caller's, or a new one.
import { randomBytes } from "node:crypto";

export interface RequestTrace {
  /** The header in the event, with the parts that the caller sent. */
  readonly header: string;
  /** The header of the invocation: `Root=…;Parent=…;Sampled=…`. */
  readonly invocation: string;
}

/** `header` is the request's X-Amzn-Trace-Id; parts that do not have X-Ray's form are left out. */
export function requestTrace(header: string | string[] | undefined, time: Date): RequestTrace {
  const given = String(header ?? "");
  const root = field(given, /Root=1-[0-9a-f]{8}-[0-9a-f]{24}/i) ?? newRoot(time);
  const parent = field(given, /Parent=[0-9a-f]{16}/i);
  const sampled = field(given, /Sampled=[01]/i);
  const parentOrNew = parent ?? `Parent=${randomBytes(8).toString("hex")}`;
  return {
    header: [root, parent, sampled].filter(Boolean).join(";"),
    // Not sampled unless the caller says so: nothing listens here.
    invocation: [root, parentOrNew, sampled ?? "Sampled=0"].join(";"),
  };
}

function field(header: string, form: RegExp): string | undefined {
  const whole = new RegExp(`^${form.source}$`, form.flags);
  return header
    .split(";")
    .map((part) => part.trim())
    .find((part) => whole.test(part));
}

function newRoot(time: Date): string {
  const seconds = Math.floor(time.getTime() / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, "0")}-${randomBytes(12).toString("hex")}`;
}
