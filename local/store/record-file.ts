// Which file a record is in: its name, made safe for any file system.
import { createHash } from "node:crypto";

export const recordExtension = ".json";

/** The file of a record, when it has it to itself. */
export function recordFile(name: string): string {
  return escaped(name) + recordExtension;
}

/** For a name that differs from another record's only in case, where the disk may take both for one. */
export function secondRecordFile(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${escaped(name)}~${hash}${recordExtension}`;
}

function escaped(name: string): string {
  return encodeURIComponent(name)
    .replace(/^\./, "%2E")
    .replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
