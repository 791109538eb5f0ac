// A file of this machine as a file of a package: its mode told from its content.
import { readlinkSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { readStart } from "../../host/handler/shebang.ts";
import type { PackageFile } from "../zip/package-file.ts";

/** 0755 for what the kernel can start, 0644 for the rest: disks of other systems keep no modes. */
export function packageContent(path: string, file: string): PackageFile {
  const executable = isProgram(readStart(file)) || isMarkedProgram(file);
  return { path, content: { kind: "file", file }, executable };
}

/**
 * By its bit alone, where the name says neither script nor data: a script without a first line, or a
 * program for several systems in one.
 */
function isMarkedProgram(file: string): boolean {
  const name = basename(file);
  const isNamed =
    name.startsWith(".") || !/^(?:|\.(?:bin|run|out|com|x|elf|ape))$/.test(extname(name));
  return !isNamed && (statSync(file).mode & 0o111) !== 0;
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
