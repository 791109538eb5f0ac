// The content of a function's package, before it is written as a zip, a folder or an image.
import type { Architecture } from "../../lambda/architectures.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { PackageFile } from "../zip/package-file.ts";
import type { RuntimeSource } from "./runtime-files.ts";

/**
 * The system: `lambda` is that of a runtime; `bare`, an image with only sh and Node; `base`, a base
 * image's.
 */
export type FunctionSystem = "lambda" | "bare" | "base";

/** How a package is put together; everything but the function itself. */
export interface PackageOptions {
  readonly architecture: Architecture;
  /** One file by esbuild instead of the sources with their packages. */
  readonly bundle?: boolean;
  /** Host and bootstrap, and Node for an OS-only runtime, inside the function. */
  readonly embed?: boolean;
  /** Patterns, or paths relative to the function's folder. */
  readonly include?: readonly string[];
  /** The same, of paths in the package; they win over `include`. */
  readonly exclude?: readonly string[];
  /** npm packages that a layer or the runtime provides. */
  readonly external?: readonly string[];
  /** Absolute; what lies here was built, so it is not a source. */
  readonly output?: string;
  /** The system it will run on; Lambda's by default. */
  readonly system?: FunctionSystem;
  /** Where an embedded host and an image's come from. */
  readonly runtimeSource?: RuntimeSource | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the name of a step that takes seconds. */
  readonly onStep?: (text: string) => void;
}

export interface FunctionPackage {
  readonly declared: DeclaredFunction;
  readonly architecture: Architecture;
  /** The handler setting for this package. */
  readonly handler: string;
  readonly files: readonly PackageFile[];
  /** Decisions that may surprise the user: files left out, names chosen. */
  readonly notices: readonly string[];
  /** What will fail on Lambda unless the user does something, and what to do. */
  readonly warnings: readonly string[];
}
