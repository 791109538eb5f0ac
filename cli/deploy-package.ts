// The package of a function that is deployed: built, or given.
import { resolve } from "node:path";
import type { PackagedFunction } from "../build/deploy/deploy-function.ts";
import { type CodeZip, describeZip } from "../build/deploy/upload.ts";
import { bringsBootstrap } from "../build/deploy/zip-difference.ts";
import { buildFunction } from "../build/function/build-function.ts";
import type { Architecture } from "../build/function/function-package.ts";
import type { DeclaredFunction, DeclaredRuntime } from "../local/declared/declared-function.ts";
import type { DeployCommandOptions } from "./commands/deploy.ts";
import type { DeploySession } from "./deploy-session.ts";
import { UsageError } from "./usage-error.ts";

export async function packageOf(
  declared: DeclaredFunction,
  architecture: Architecture,
  options: DeployCommandOptions,
  { progress, signal }: DeploySession,
): Promise<PackagedFunction> {
  if (options.zip !== undefined) {
    const zip = await givenZip(options.zip);
    return { zip, handler: declared.handler, bringsBootstrap: await bringsBootstrap(zip.path) };
  }
  const built = await buildFunction(
    { ...declared, ...(options.runtime && { runtime: options.runtime as DeclaredRuntime }) },
    {
      ...options,
      format: "zip",
      output: resolve(options.out),
      architecture,
      signal,
      onProgress: (done, total) => progress.at(done / total),
    },
  );
  for (const warning of built.warnings) progress.warn(`${declared.name}: ${warning}`);
  for (const notice of built.notices) progress.done(`note: ${declared.name}: ${notice}`);
  const { path, bytes = 0, codeSha256 = "", handler } = built;
  return {
    zip: { path, bytes, codeSha256 },
    handler,
    bringsBootstrap: await bringsBootstrap(path),
  };
}

async function givenZip(path: string): Promise<CodeZip> {
  try {
    return await describeZip(resolve(path));
  } catch (error) {
    throw new UsageError(
      `the package ${path} cannot be read: ${(error as Error).message}\nstdlambda build makes one: dist/NAME.zip`,
    );
  }
}
