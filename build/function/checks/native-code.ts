// Compiled code that Lambda cannot load: for another processor, another system or another libc.

import { basename, extname } from "node:path";
import { readStart } from "../../../host/handler/shebang.ts";
import type { Architecture } from "../../../lambda/architectures.ts";
import { elfMagic, kernelArchitectures, nodeArchitectures } from "../../../lambda/architectures.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { type Elf, readElf } from "./elf.ts";

/** glibc of Amazon Linux 2023 is 2.34, and it has nothing of musl. */
const newestGlibc = 34;

export interface NativeOptions {
  readonly handlerPath: string | undefined;
  /** Whether the C library is Lambda's; an image has its own. */
  readonly isLambda: boolean;
}

export interface NativeFaults {
  readonly errors: string[];
  readonly warnings: string[];
}

/**
 * A package may include its addon for several platforms: an addon is a fault only if the package has
 * none with the same extension that fits.
 */
export function checkNativeCode(
  files: readonly PackageFile[],
  architecture: Architecture,
  { handlerPath, isLambda }: NativeOptions,
): NativeFaults {
  const groups = new Map<string, { path: string; why: string | undefined }[]>();
  for (const { path, content } of files) {
    if (content.kind !== "file") continue;
    const why = whyNotLoadable(path, content.file, architecture, isLambda);
    if (why === "no native code") continue;
    const key = `${ownerOf(path)} ${extname(path)}`;
    groups.set(key, [...(groups.get(key) ?? []), { path, why }]);
  }
  const found: NativeFaults = { errors: [], warnings: [] };
  for (const group of groups.values()) {
    if (isForPlatforms(group)) continue;
    for (const { path, why } of group) {
      if (why === undefined) continue;
      const isCertain = path === handlerPath || extname(path) === ".node";
      (isCertain ? found.errors : found.warnings).push(
        `${path} ${why}${advice(path, architecture)}`,
      );
    }
  }
  return found;
}

/** Several of the same kind, one of which fits. */
function isForPlatforms(group: readonly { path: string; why: string | undefined }[]): boolean {
  const isAddons = group.some(({ path }) => path.endsWith(".node") || ownerOf(path) !== "");
  return isAddons && group.some(({ why }) => why === undefined);
}

/** The package's folder; empty for the function's own files. */
function ownerOf(path: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? "";
}

function whyNotLoadable(
  path: string,
  file: string,
  architecture: Architecture,
  isLambda: boolean,
): string | undefined | "no native code" {
  const magic = readStart(file).toString("latin1", 0, 4);
  if (magic === elfMagic) {
    const elf = readElf(file);
    return elf === undefined
      ? "is an ELF file that Lambda cannot load (32 bits, or damaged)"
      : whyNot(elf, architecture, isLambda);
  }
  if (/^(?:\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe|\xce\xfa\xed\xfe)/.test(magic)) {
    // A Java class begins with the same bytes as a universal binary.
    return path.endsWith(".class") ? "no native code" : "was built for macOS";
  }
  return magic.startsWith("MZ") && /\.(?:node|exe|dll)$/i.test(path)
    ? "was built for Windows"
    : "no native code";
}

function whyNot(
  { machine, interpreter, needed, glibc }: Elf,
  architecture: Architecture,
  isLambda: boolean,
) {
  if (machine !== architecture)
    return `was built for ${machine}, but the function is for ${architecture}`;
  if (!isLambda) return undefined;
  const isMusl = [interpreter ?? "", ...needed].some((name) =>
    /(?:ld|libc\.)-?musl|^libc\.musl/.test(basename(name)),
  );
  if (isMusl) return "was built for musl (Alpine), but Lambda has glibc";
  if (glibc !== undefined && glibc > newestGlibc) {
    return `needs glibc 2.${glibc}, but Lambda's Amazon Linux 2023 has 2.${newestGlibc}`;
  }
  return undefined;
}

function advice(path: string, architecture: Architecture): string {
  const owner = ownerOf(path);
  if (/\.(?:cpython|abi3|pypy)[^/]*\.so$|-darwin\.so$/.test(path)) {
    return `; install the package for Lambda: pip install --platform manylinux2014_${kernelArchitectures[architecture]} --only-binary=:all: --target . PACKAGE`;
  }
  const cpu = nodeArchitectures[architecture];
  if (owner === "") {
    return `; build it for linux ${architecture} with glibc 2.34 or older, or change the architecture (--arch)`;
  }
  const name = owner.slice(owner.lastIndexOf("node_modules/") + "node_modules/".length);
  return `; install ${name} for Lambda (npm install --os=linux --cpu=${cpu} --libc=glibc ${name}), or build with the other --arch`;
}
