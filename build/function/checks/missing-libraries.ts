// Libraries that a program asks for and that neither the package nor Amazon Linux 2023 has.
import { basename } from "node:path";
import { systemLibraries } from "../../../lambda/system-libraries.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { readElf } from "./elf.ts";

export interface MissingLibraries {
  /** Of the program or library, in the package. */
  readonly path: string;
  readonly libraries: readonly string[];
}

/** A library may be anywhere in the package, because programs can set their own search path. */
export function missingLibraries(files: readonly PackageFile[]): MissingLibraries[] {
  const own = new Set(files.map(({ path }) => basename(path)));
  return files.flatMap(({ path, content }) => {
    const elf = content.kind === "file" ? readElf(content.file) : undefined;
    const libraries = (elf?.needed ?? [])
      .map((name) => basename(name))
      .filter((name) => !own.has(name) && !systemLibraries.has(name));
    return libraries.length === 0 ? [] : [{ path, libraries }];
  });
}
