// `--add NAME=PATH`: a program for /opt/bin, or anything for another place in /opt.

import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import { missingLibraries } from "../function/checks/missing-libraries.ts";
import { checkNativeCode } from "../function/checks/native-code.ts";
import { packageContent } from "../function/package-content.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { type Component, sha256Of } from "./bill-of-materials.ts";
import { type WholeFolder, wholeFolder } from "./whole-folder.ts";

export interface AddedFiles {
  readonly files: readonly PackageFile[];
  readonly components: readonly Component[];
  readonly warnings: readonly string[];
}

/**
 * Paths that belong to the layer itself; if they were replaced, the host would not find its files.
 */
const own = /^(bootstrap$|stdlambda(\/|$)|bin\/node$)/;

/**
 * `NAME=PATH` each; a NAME without a slash is one in bin/. PATH may be a folder.
 * @throws ExpectedError for a path that does not exist, and for a program of another processor or
 * libc.
 */
export function addedFiles(
  additions: readonly string[],
  architecture: Architecture,
  folder: string,
): AddedFiles {
  const added = additions.map((addition) => filesOf(addition, folder));
  const files = added.flatMap((one) => one.files);
  const { errors, warnings } = checkNativeCode(files, architecture, {
    handlerPath: undefined,
    isLambda: true,
  });
  const faults = [...errors, ...warnings];
  if (faults.length > 0) throw new ExpectedError(faults);
  return {
    files,
    components: files.map(({ path, content }) => ({
      type: "file",
      name: path,
      hashes: content.kind === "file" ? [sha256Of(readFileSync(content.file))] : [],
    })),
    warnings: [
      ...added.flatMap((one) => one.warnings),
      ...missingLibraries(files).map(
        ({ path, libraries }) =>
          `${path} needs ${libraries.join(" and ")}, which neither the layer nor Amazon Linux 2023 provides; add ${libraries.map((name) => `--add lib/${name}=PATH`).join(" ")}, or use a program that is linked statically`,
      ),
      ...files
        .filter(({ path, content, executable }) => {
          return path.startsWith("bin/") && content.kind !== "link" && !executable;
        })
        .map(
          ({ path }) =>
            `${path} is not a program: it is not an ELF file, has no first line with #! and no executable bit`,
        ),
    ],
  };
}

function filesOf(addition: string, folder: string): WholeFolder {
  const at = addition.indexOf("=");
  const [name, given] = [addition.slice(0, Math.max(at, 0)), addition.slice(at + 1)];
  if (name === "" || given === "") {
    throw new ExpectedError(`--add ${addition} is not NAME=PATH, such as jq=./jq`);
  }
  const path = name.includes("/") ? name.replace(/\/$/, "") : `bin/${name}`;
  if (own.test(path)) {
    throw new ExpectedError(
      `--add ${addition}: ${path} belongs to the layer itself; choose another name`,
    );
  }
  const file = resolve(folder, given);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new ExpectedError(`--add ${addition}: ${file} does not exist; check the path`);
  }
  if (stats.isFile()) return { files: [packageContent(path, file)], warnings: [] };
  if (!stats.isDirectory()) {
    throw new ExpectedError(`--add ${addition}: ${file} is neither a file nor a folder`);
  }
  if (!name.includes("/")) {
    throw new ExpectedError(
      `--add ${addition}: ${file} is a folder, but bin/ is for programs; name its place in /opt, such as share/${name}=${given}`,
    );
  }
  return wholeFolder(file, `${path}/`);
}
