// The name of an environment's log stream.
import { randomBytes } from "node:crypto";

/** `2026/11/21/[$LATEST]0f…`, as Lambda names its streams. */
export function streamName(version: string): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return `${day}/[${version}]${randomBytes(16).toString("hex")}`;
}
