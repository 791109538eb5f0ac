// New projects in folders of their own, with the checkout's stdlambda and tools installed.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type ProjectChoice, projectFiles } from "../../../project/init/project-files.ts";
import { writeProject } from "../../../project/init/write-project.ts";

const checkout = join(import.meta.dirname, "../../..");

export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "stdlambda-init-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The project's folder; its name is the project's. */
export async function generate(
  test: TestContext,
  choice: Pick<ProjectChoice, "template" | "infrastructure"> & Partial<ProjectChoice>,
): Promise<string> {
  const folder = join(temporaryFolder(test), "my-project");
  const files = await projectFiles({ project: "my-project", architecture: "x86_64", ...choice });
  await writeProject(folder, files);
  return folder;
}

/** As `npm install` would, but with what the checkout has. */
export function install(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  for (const name of ["tsx", "tsc"]) {
    symlinkSync(join(checkout, "node_modules/.bin", name), join(modules, ".bin", name));
  }
  const node = join(checkout, "node_modules/.bin/node");
  const program = `#!/bin/sh\nexec ${node} ${join(checkout, "cli/run.ts")} "$@"\n`;
  writeFileSync(join(modules, ".bin/stdlambda"), program, { mode: 0o755 });
  mkdirSync(join(modules, "@types"));
  symlinkSync(join(checkout, "node_modules/@types/node"), join(modules, "@types/node"));
}
