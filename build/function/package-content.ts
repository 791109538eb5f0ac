// A file on this machine as a file of a package; its mode depends on its content.

import { readdirSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { readStart } from "../../host/handler/shebang.ts";
import { elfMagic } from "../../lambda/architectures.ts";
import type { PackageFile } from "../zip/package-file.ts";

/** 0755 for what the kernel can start, else 0644: some file systems do not store modes. */
export function packageContent(path: string, file: string): PackageFile {
  const executable = isProgram(readStart(file)) || isMarkedProgram(file);
  return { path, content: { kind: "file", file }, executable };
}

/** The same, ignoring the executable bit on the disk. */
export function packageData(path: string, file: string): PackageFile {
  return { path, content: { kind: "file", file }, executable: isProgram(readStart(file)) };
}

/**
 * A file that only its executable bit marks as a program: a script without a shebang, or a program for
 * several systems. Some file systems set the bit of every file; then data beside it has the bit too.
 */
function isMarkedProgram(file: string): boolean {
  if (!mayBeProgram(basename(file)) || !isMarked(file)) return false;
  const folder = dirname(file);
  return !readdirSync(folder, { withFileTypes: true }).some(
    (entry) =>
      entry.isFile() && !mayBeProgram(entry.name) && isMarkedData(join(folder, entry.name)),
  );
}

function mayBeProgram(name: string): boolean {
  return !name.startsWith(".") && /^(?:|\.(?:bin|run|out|com|x|elf|ape))$/.test(extname(name));
}

function isMarked(file: string): boolean {
  return (statSync(file).mode & 0o111) !== 0;
}

function isMarkedData(file: string): boolean {
  return isMarked(file) && !isProgram(readStart(file));
}

export function packageLink(path: string, file: string): PackageFile {
  return { path, content: { kind: "link", target: readlinkSync(file) }, executable: false };
}

export function packageText(path: string, text: string, executable = false): PackageFile {
  return { path, content: { kind: "bytes", bytes: Buffer.from(text) }, executable };
}

export function isProgram(start: Buffer): boolean {
  const magic = start.toString("latin1", 0, 4);
  return magic.startsWith("#!") || magic === elfMagic;
}
