// Finds an npm package on this machine as Node does.
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExpectedError } from "../../../host/expected-error.ts";

export interface InstalledPackage {
  readonly name: string;
  /** As it was found, below a `node_modules`. */
  readonly found: string;
  /** The real path, which identifies the installed package. */
  readonly directory: string;
}

/** `@scope/name/file` -> `@scope/name`; undefined for a path. */
export function packageName(specifier: string): string | undefined {
  return /^(?!\.{1,2}(?:\/|$))(?:@[^/]+\/)?[^/@#][^/]*/.exec(specifier)?.[0];
}

/** The package in the nearest `node_modules` of `folder` or of a folder above it. */
export function findPackage(name: string, folder: string): InstalledPackage | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, "node_modules", name);
    // Node does not look into node_modules/node_modules.
    if (!at.endsWith("/node_modules") && statSync(found, { throwIfNoEntry: false })) {
      return { name, found, directory: realpathSync(found) };
    }
    if (at === dirname(at)) return undefined;
  }
}

/** The package that a file lies in, by the last `node_modules` of its path. */
export function packageOfFile(file: string): InstalledPackage | undefined {
  const match = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))(?:\/|$)/.exec(file);
  if (match === null) return undefined;
  const [, found, name] = match as unknown as [string, string, string];
  return { name, found, directory: realpathSync(found) };
}

export interface PackageDescription {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly imports?: unknown;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** Empty for a package without package.json, which Node can import too. */
export function readDescription(directory: string): PackageDescription {
  const file = join(directory, "package.json");
  if (!statSync(file, { throwIfNoEntry: false })) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PackageDescription;
  } catch (error) {
    throw new ExpectedError(`${file} is not valid JSON: ${(error as Error).message}`, {
      cause: error,
      remedy: "Correct it, or install the package again",
    });
  }
}
