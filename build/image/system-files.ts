// The operating system of an image without a base: the C library that Node is linked to and sh, copied
// from the machine that builds (or from a folder that holds another root filesystem).

import { existsSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import { readElf } from "../function/checks/elf.ts";
import { packageContent, packageText } from "../function/package-content.ts";
import type { PackageFile } from "../zip/package-file.ts";
import type { FolderModes } from "./image-files.ts";

const loaders = {
  x86_64: "/lib64/ld-linux-x86-64.so.2",
  arm64: "/lib/ld-linux-aarch64.so.1",
} as const;
const triplets = { x86_64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" } as const;

/** What Node is linked to; the dependencies of these are added. */
const libraries = [
  "libc.so.6",
  "libm.so.6",
  "libdl.so.2",
  "libpthread.so.0",
  "libstdc++.so.6",
  "libgcc_s.so.1",
];

/** Loaded at run time to resolve host names, in glibc older than 2.34. */
const optionalLibraries = ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"];

/** /tmp is writable for every user, as on Lambda; dev, proc and sys are mount points. */
export const systemFolders: FolderModes = {
  dev: 0o755,
  proc: 0o755,
  sys: 0o755,
  tmp: 0o1777,
  "var/task": 0o755,
  "var/runtime": 0o755,
  opt: 0o755,
};

/**
 * A root filesystem for Node and sh.
 * @throws ExpectedError when `root` is not a Linux with glibc for the architecture.
 */
export function systemFiles(architecture: Architecture, root = "/"): PackageFile[] {
  const loader = join(root, loaders[architecture]);
  const machine = existsSync(loader) ? readElf(loader)?.machine : undefined;
  if (machine !== architecture) {
    throw new ExpectedError(
      `an image without a base takes the C library from ${root}, which is not a ${architecture} Linux with glibc; build on such a machine, or name a base image: skopeo copy docker://public.ecr.aws/lambda/provided:al2023 oci:base:latest, then --base base`,
    );
  }
  const folders = [
    `/lib/${triplets[architecture]}`,
    `/usr/lib/${triplets[architecture]}`,
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
  ];
  /** By path in the image: the folder where a library was found, because the loader looks there. */
  const found = new Map<string, string>();
  const names = new Set<string>();
  const take = (name: string): void => {
    if (names.has(name) || name === basename(loaders[architecture])) return;
    names.add(name);
    const folder = folders.find((candidate) => existsSync(join(root, candidate, name)));
    if (folder === undefined) {
      throw new ExpectedError(
        `${name} is not in ${folders.map((folder) => join(root, folder)).join(", ")}, but Node needs it; install it (libstdc++6, libgcc-s1), or name a base image with --base`,
      );
    }
    const file = realpathSync(join(root, folder, name));
    found.set(`${folder.slice(1)}/${name}`, file);
    for (const needed of readElf(file)?.needed ?? []) take(needed);
  };
  for (const name of libraries) take(name);
  for (const name of optionalLibraries) {
    if (folders.some((folder) => existsSync(join(root, folder, name)))) take(name);
  }
  const shell = shellOf(root, architecture);
  for (const needed of shell === undefined ? [] : (readElf(shell)?.needed ?? [])) take(needed);
  return [
    { ...packageContent(loaders[architecture].slice(1), realpathSync(loader)), executable: true },
    ...[...found].map(([path, file]) => packageContent(path, file)),
    ...(shell === undefined ? [] : [packageContent("bin/sh", shell)]),
    packageText(
      "etc/passwd",
      "root:x:0:0:root:/root:/bin/sh\nsbx_user1051:x:993:990::/home/sbx_user1051:/bin/sh\n",
    ),
    packageText("etc/group", "root:x:0:\nsbx_user1051:x:990:\n"),
    packageText("etc/nsswitch.conf", "hosts: files dns\n"),
  ];
}

/** Undefined when there is none for the architecture. */
function shellOf(root: string, architecture: Architecture): string | undefined {
  const file = ["/bin/sh", "/usr/bin/sh"].map((path) => join(root, path)).find(existsSync);
  if (file === undefined) return undefined;
  const shell = realpathSync(file);
  return readElf(shell)?.machine === architecture ? shell : undefined;
}
