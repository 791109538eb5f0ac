// A file of this machine as a file of a package: its mode told from its content.
import { readlinkSync } from "node:fs";
import { readStart } from "../../host/handler/shebang.ts";
import type { PackageFile } from "../zip/package-file.ts";

/** 0755 for what the kernel can start: a shebang or ELF. Disks of other systems keep no such bit. */
export function packageContent(path: string, file: string): PackageFile {
  return { path, content: { kind: "file", file }, executable: isProgram(readStart(file)) };
}

export function packageLink(path: string, file: string): PackageFile {
  return { path, content: { kind: "link", target: readlinkSync(file) }, executable: false };
}

export function packageText(path: string, text: string, executable = false): PackageFile {
  return { path, content: { kind: "bytes", bytes: Buffer.from(text) }, executable };
}

export function isProgram(start: Buffer): boolean {
  const magic = start.toString("latin1", 0, 4);
  return magic.startsWith("#!") || magic === "\x7fELF";
}
