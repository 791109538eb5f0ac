// The package of a function that is deployed: built, or given.

import { resolve } from "node:path";
import { buildFunction } from "../../build/function/build-function.ts";
import type { PackagedFunction } from "../../deploy/deploy-function.ts";
import { type CodeZip, describeZip } from "../../deploy/upload.ts";
import { bringsBootstrap } from "../../deploy/zip-difference.ts";
import { incorrectUsage } from "../../host/expected-error.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import type { DeclaredFunction, DeclaredRuntime } from "../../project/declared-function.ts";
import type { DeploySession } from "../service/deploy-session.ts";
import type { DeployCommandOptions } from "./deploy-options.ts";

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
    throw incorrectUsage(`the package ${path} cannot be read: ${(error as Error).message}`, {
      remedy: "stdlambda build makes one: dist/NAME.zip",
    });
  }
}
