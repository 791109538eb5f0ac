// `--with PACKAGE@VERSION`: npm packages for /opt/nodejs/node_modules, the same ones in each build.

import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import { nodeArchitectures } from "../../lambda/architectures.ts";
import { besideTarget } from "../cache/unfinished.ts";
import { checkNativeCode } from "../function/checks/native-code.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { type Component, npmComponent } from "./bill-of-materials.ts";
import { type NpmSurroundings, runNpm } from "./npm.ts";
import { wholeFolder } from "./whole-folder.ts";

export interface AddedPackages extends AsyncDisposable {
  readonly files: readonly PackageFile[];
  readonly components: readonly Component[];
  readonly warnings: readonly string[];
}

/** npm's lock file: which versions, with the sha512 of each. */
interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

/**
 * Installs with npm into a separate folder, which lives as long as the result. `lockFile` stores
 * the resolved versions; while it asks for the same packages, they are used again.
 * @throws ExpectedError when npm fails, and for an addon that the layer's processor cannot load.
 */
export async function addedPackages(
  specifiers: readonly string[],
  architecture: Architecture,
  lockFile: string,
  surroundings: NpmSurroundings,
): Promise<AddedPackages> {
  const dependencies = Object.fromEntries(specifiers.map(parseSpecifier));
  const folder = await mkdtemp(join(tmpdir(), "stdlambda-packages-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const lock = await install(folder, dependencies, architecture, lockFile, surroundings);
    const modules = join(folder, "node_modules");
    const { files, warnings: left } = wholeFolder(modules, "nodejs/node_modules/", isOfNpm);
    const { errors, warnings } = checkNativeCode(files, architecture, {
      handlerPath: undefined,
      isLambda: true,
    });
    const uncompiled = neverCompiled(files);
    if (errors.length + uncompiled.length > 0) {
      throw new ExpectedError([...errors, ...uncompiled]);
    }
    return {
      files,
      components: Object.entries(lock.packages)
        .filter(([path]) => path !== "" && existsSync(join(folder, path)))
        .map(([path, { version = "", license, integrity }]) =>
          npmComponent(nameOf(path), version, license, integrity),
        ),
      warnings: [...warnings, ...left],
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function parseSpecifier(specifier: string): [name: string, range: string] {
  const match = /^((?:@[\w.~-]+\/)?[\w.~-]+)@([^\s@:/]+)$/.exec(specifier);
  if (match !== null) return [match[1] as string, match[2] as string];
  throw new ExpectedError(
    `--with ${specifier} is not PACKAGE@VERSION, such as fast-xml-parser@5.3.2; name a version, so that each build gives the same layer`,
  );
}

async function install(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
  architecture: Architecture,
  lockFile: string,
  surroundings: NpmSurroundings,
): Promise<Lock> {
  const description = { name: "layer", private: true, dependencies };
  await writeFile(join(folder, "package.json"), JSON.stringify(description));
  const ownLock = join(folder, "package-lock.json");
  const kept = await readLock(lockFile);
  const isKept = same(kept?.packages[""]?.dependencies, dependencies);
  if (kept !== undefined) await copyFile(lockFile, ownLock);
  // Scripts could do anything here, and would build for this machine, not for Lambda.
  const args = [
    isKept ? "ci" : "install",
    ...["--ignore-scripts", "--no-bin-links", "--omit=dev", "--no-audit", "--no-fund"],
    ...["--os=linux", `--cpu=${nodeArchitectures[architecture]}`, "--libc=glibc"],
    // Without registry names, because a mirror gives the same packages.
    "--omit-lockfile-registry-resolved",
  ];
  const names = Object.entries(dependencies).map((pair) => pair.join("@"));
  await runNpm(args, `npm could not install ${names.join(", ")}`, surroundings, folder);
  const text = await readFile(ownLock, "utf8");
  if (!isKept) await replaceLock(lockFile, text);
  return JSON.parse(text) as Lock;
}

/** Complete or not at all: another build may read it, or write its own. */
async function replaceLock(lockFile: string, text: string): Promise<void> {
  await using unfinished = await besideTarget(lockFile);
  await writeFile(unfinished.path, text);
  await rename(unfinished.path, lockFile);
}

async function readLock(file: string): Promise<Lock | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const lock = JSON.parse(await readFile(file, "utf8")) as Partial<Lock>;
    if (typeof lock.packages === "object") return lock as Lock;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ExpectedError(
    `${file} is not an npm lock file; correct it, or delete it to resolve the versions again`,
  );
}

function same(
  kept: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const text = (object: object) => JSON.stringify(Object.entries(object).sort());
  return kept !== undefined && text(kept) === text(wanted);
}

/** npm's own notes: they contain its version, and its registry. */
function isOfNpm(path: string): boolean {
  return path === "nodejs/node_modules/.package-lock.json";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** Addons that npm would have compiled if it had run their scripts. */
function neverCompiled(files: readonly PackageFile[]): string[] {
  const paths = files.map(({ path }) => path);
  return paths
    .filter((path) => /\/node_modules\/(?:@[^/]+\/)?[^/]+\/binding\.gyp$/.test(path))
    .map((path) => path.slice(0, -"/binding.gyp".length))
    .filter(
      (owner) => !paths.some((path) => path.startsWith(`${owner}/`) && path.endsWith(".node")),
    )
    .filter(
      (owner) => !paths.some((path) => path.startsWith(`${owner}-`) && path.endsWith(".node")),
    )
    .map(
      (owner) =>
        `${nameOf(owner)} must be compiled when it is installed, but layer build does not run packages' scripts; use a version that ships its compiled addon, or compile it on Amazon Linux 2023 and add it with --add ${owner}=FOLDER`,
    );
}
