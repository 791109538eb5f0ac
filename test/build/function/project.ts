// A user's folder, made for a test, and a package made of it; gone when the test file has run.
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { collectPackage } from "../../../build/function/collect-package.ts";
import type { FunctionPackage, PackageOptions } from "../../../build/function/function-package.ts";
import { writeFolder } from "../../../build/function/write-folder.ts";
import type { DeclaredFunction } from "../../../project/declared-function.ts";
import { declareFile } from "../../../project/directory/declare-directory.ts";
import { makeFolder, writeInto } from "../../project/folder.ts";

/** A text `-> TARGET` makes a link. */
export function makeProject(files: Readonly<Record<string, string>>): string {
  const isLink = ([, text]: readonly [string, string]) => text.startsWith("-> ");
  const entries = Object.entries(files);
  const root = makeFolder(Object.fromEntries(entries.filter((entry) => !isLink(entry))));
  for (const [path, text] of entries.filter(isLink)) {
    writeInto(root, `${dirname(path)}/`, "");
    symlinkSync(text.slice("-> ".length), join(root, path));
  }
  return root;
}

export function declare(
  root: string,
  handler: string,
  more: Partial<DeclaredFunction> = {},
): DeclaredFunction {
  const name = handler.replaceAll(/[^\w-]/g, "-");
  return { ...declareFile(root, { name, handler, source: handler }), ...more };
}

export function collect(
  root: string,
  handler: string,
  options: Partial<PackageOptions> = {},
  more: Partial<DeclaredFunction> = {},
): Promise<FunctionPackage> {
  return collectPackage(declare(root, handler, more), { architecture: "x86_64", ...options });
}

export function pathsOf({ files }: FunctionPackage): string[] {
  return files.map(({ path }) => path);
}

/** The package as it would be unpacked. */
export async function unpacked(collected: FunctionPackage): Promise<string> {
  const folder = temporaryFolder();
  const root = join(folder, "task");
  await writeFolder(collected.files, root);
  return root;
}

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "build-")));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An npm package as it is installed. */
export function npmPackage(
  path: string,
  source: string,
  description: object = {},
): Record<string, string> {
  const name = /(?:@[^/]+\/)?[^/]+$/.exec(path)?.[0];
  return {
    [`${path}/package.json`]: JSON.stringify({ name, version: "1.0.0", ...description }),
    [`${path}/index.js`]: source,
  };
}
