// What is asked of a build: how the package is put together, and what is written.
import type { PackageOptions } from "./function-package.ts";

export type PackageFormat = "zip" | "dir" | "oci";

export interface BuildOptions extends PackageOptions {
  /** Absolute: the folder for `NAME.zip`, `NAME/` or `NAME.oci/`. */
  readonly output: string;
  readonly format: PackageFormat;
  /** With `dir`: the files straight into `output`. */
  readonly flatten?: boolean;
  /** With `oci`: the image layout to build upon; without it, a base of our own. */
  readonly base?: string | undefined;
  /** In bytes before compression. */
  readonly onProgress?: (done: number, total: number) => void;
}
