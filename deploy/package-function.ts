// The package of a function to deploy: built here, or given.
import { resolve } from "node:path";
import { buildFunction } from "../build/function/build-function.ts";
import { incorrectUsage } from "../host/expected-error.ts";
import type { Architecture } from "../lambda/architectures.ts";
import { isLanguageRuntime } from "../lambda/runtimes.ts";
import type { DeclaredFunction } from "../project/declared-function.ts";
import type { Session } from "./session.ts";
import { type CodeZip, describeZip } from "./upload.ts";
import { lookIntoPackage } from "./zip-difference.ts";

export interface PackageSettings {
  /** A package that is already built; the other settings do not apply to it. */
  readonly zip?: string;
  /** The folder for built packages. */
  readonly out: string;
  readonly bundle?: boolean;
  readonly embed?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly external?: readonly string[];
}

export interface PackagedFunction {
  readonly zip: CodeZip;
  /** Bundling may rename it. */
  readonly handler: string;
  /** Whether the package has its own runtime, so that it needs no layer with one. */
  readonly bringsBootstrap: boolean;
  /** Whether AWS's runtime of the language cannot call the handler. */
  readonly isForHost: boolean;
}

export async function packageFunction(
  declared: DeclaredFunction,
  architecture: Architecture,
  settings: PackageSettings,
  { signal, steps }: Pick<Session, "signal" | "steps">,
): Promise<PackagedFunction> {
  if (settings.zip !== undefined) {
    const zip = await givenZip(settings.zip);
    const { handler } = declared;
    return { zip, handler, ...(await lookIntoPackage(zip.path, handler)) };
  }
  const built = await buildFunction(declared, {
    ...settings,
    format: "zip",
    output: resolve(settings.out),
    architecture,
    signal,
    onProgress: (done, total) => steps.at(done / total),
  });
  for (const warning of built.warnings) steps.warn(`${declared.name}: ${warning}`);
  for (const notice of built.notices) steps.done(`note: ${declared.name}: ${notice}`);
  const { path, bytes = 0, codeSha256 = "", handler } = built;
  const inside = await lookIntoPackage(path, handler);
  if (isLanguageRuntime(declared.runtime)) {
    const who = inside.isForHost
      ? `stdlambda runs ${handler} there, started by AWS_LAMBDA_EXEC_WRAPPER`
      : `AWS calls ${handler} itself, and no layer is added`;
    steps.done(`note: ${declared.name}: on ${declared.runtime} ${who}`);
  }
  return { zip: { path, bytes, codeSha256 }, handler, ...inside };
}

async function givenZip(path: string): Promise<CodeZip> {
  try {
    return await describeZip(resolve(path));
  } catch (error) {
    throw incorrectUsage(`the package ${path} cannot be read: ${(error as Error).message}`, {
      remedy: "stdlambda build writes one: dist/NAME.zip",
    });
  }
}
