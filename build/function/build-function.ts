// A declared function -> its package on disk: a zip, a folder or an image.

import { join } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import { writeZip } from "../zip/zip.ts";
import type { BuildOptions, PackageFormat } from "./build-options.ts";
import { sizeOf, tooLargeZip } from "./checks/size.ts";
import { collectPackage } from "./collect-package.ts";
import type { FunctionSystem } from "./function-package.ts";
import { writeFolder } from "./write-folder.ts";

export interface BuiltFunction {
  readonly name: string;
  readonly handler: string;
  readonly runtime: string;
  readonly architecture: Architecture;
  readonly format: PackageFormat;
  /** Absolute: the zip, the folder, or the image's layout. */
  readonly path: string;
  readonly files: number;
  /** Of the zip or the image; absent for a folder. */
  readonly bytes?: number;
  /** Of the files: what Lambda's limit of 250 MB counts. */
  readonly unzippedBytes: number;
  /** Of a zip: base64, as Lambda's `CodeSha256`. */
  readonly codeSha256?: string;
  /** Of an image: its manifest's `sha256:…`. */
  readonly digest?: string;
  /** Of an image: the tar that `docker load` takes. */
  readonly archive?: string;
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
}

/** @throws ExpectedError with all problems; then nothing is written, and an older package stays. */
export async function buildFunction(
  declared: DeclaredFunction,
  options: BuildOptions,
): Promise<BuiltFunction> {
  const { format, output, flatten, signal, onProgress, architecture } = options;
  const { name, runtime } = declared;
  if (output === declared.root) {
    throw new ExpectedError(
      `the output folder ${output} is the function's own folder, so the next package would hold this one; choose another: --out dist`,
    );
  }
  const collected = await collectPackage(declared, { ...options, system: systemOf(options) });
  const { files, handler, notices } = collected;
  const warnings = [...collected.warnings];
  const common = {
    name,
    handler,
    runtime,
    architecture,
    format,
    files: files.length,
    unzippedBytes: files.reduce((sum, file) => sum + sizeOf(file), 0),
    notices,
    warnings,
  };
  if (format === "dir") {
    const path = flatten ? output : join(output, name);
    await writeFolder(files, path);
    return { ...common, path };
  }
  if (format === "oci") {
    const { buildImage } = await import("../image/build-image.ts");
    return { ...common, ...(await buildImage(collected, options)) };
  }
  const zip = await writeZip(files, join(output, `${name}.zip`), {
    signal,
    ...(onProgress && { onProgress }),
  });
  const fault = tooLargeZip(zip.bytes, files);
  if (fault !== undefined) warnings.push(fault);
  return { ...common, ...zip };
}

function systemOf({ format, base }: BuildOptions): FunctionSystem {
  if (format !== "oci") return "lambda";
  return base === undefined ? "bare" : "base";
}
