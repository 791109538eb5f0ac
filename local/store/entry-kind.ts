// The kind of an entry in a zip: a file, a directory or a link; nothing else is accepted.
import type { Entry } from "yauzl";
import { refuseEntry } from "./refuse-zip.ts";

export interface EntryKind {
  readonly kind: "file" | "directory" | "link";
  readonly isExecutable: boolean;
}

/** The systems whose zip tools keep a Unix mode: Unix and macOS (APPNOTE.TXT 4.4.2). */
export const unixSystems = [3, 19];

const typeMask = 0o170000;
const types = new Map([
  [0o010000, "a fifo"],
  [0o020000, "a character device"],
  [0o060000, "a block device"],
  [0o140000, "a socket"],
]);

export function entryKind(name: string, entry: Entry): EntryKind {
  const isUnix = unixSystems.includes(entry.versionMadeBy >>> 8);
  const mode = isUnix ? entry.externalFileAttributes >>> 16 : 0;
  const type = mode & typeMask;
  const isExecutable = (mode & 0o111) !== 0;
  const isDirectory = name.endsWith("/") || type === 0o040000;
  switch (type) {
    case 0:
    case 0o040000:
    case 0o100000:
      if (!isDirectory) return { kind: "file", isExecutable };
      if (entry.uncompressedSize > 0) throw refuseEntry(name, "is a directory with content");
      return { kind: "directory", isExecutable };
    case 0o120000:
      if (isDirectory) throw refuseEntry(name, "is both a link and a directory");
      return { kind: "link", isExecutable };
    default:
      throw refuseEntry(name, `is ${types.get(type) ?? "of an unknown kind"}`);
  }
}
