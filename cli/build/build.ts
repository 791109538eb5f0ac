// `stdlambda build`: packages of the functions that a folder declares.

import { resolve } from "node:path";
import { type BuiltFunction, buildFunction } from "../../build/function/build-function.ts";
import type { PackageFormat } from "../../build/function/build-options.ts";
import { readableSize } from "../../build/zip/readable-size.ts";
import { incorrectUsage } from "../../host/expected-error.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { declareFunctions } from "../../project/declare-functions.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import { selectFunctions } from "../../project/select-functions.ts";
import type { PackageFlags } from "../options/package-options.ts";
import { requireDirectory } from "../options/require-directory.ts";
import { projectOptions, type TemplateOptions } from "../options/template-options.ts";
import { createPalette, write } from "../terminal/output.ts";
import { createProgress, type Progress } from "../terminal/progress.ts";
import { expectedError } from "../terminal/report-error.ts";
import { shownPath } from "../terminal/shown-path.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

export interface BuildCommandOptions extends PackageFlags, TemplateOptions {
  readonly root: string;
  readonly format: PackageFormat;
  readonly flatten?: boolean;
  readonly arch?: Architecture;
  readonly base?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Builds every function it can: the exit status is 1 when one of them could not be built. */
export async function build(
  names: readonly string[],
  options: BuildCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, env, signal } = surroundings;
  refuseUseless(options, names);
  const root = await requireDirectory(resolve(options.root));
  using progress = createProgress(surroundings, options);
  const functions = await chooseFunctions(root, names, options, env, progress);
  if (options.flatten && functions.length > 1) {
    throw incorrectUsage(
      `--flatten puts one function into ${options.out}, and there are ${functions.length}`,
      { remedy: `Name one of ${functions.map(({ name }) => name).join(", ")}` },
    );
  }
  const built: BuiltFunction[] = [];
  const failed: { name: string; errors: readonly string[] }[] = [];
  const { red } = createPalette(stderr, env);
  for (const declared of functions) {
    progress.step(`Building ${declared.name}`);
    try {
      const result = await buildFunction(declared, {
        ...options,
        output: resolve(options.out),
        architecture: options.arch ?? declared.architecture ?? lambdaDefaults.architecture,
        signal,
        onStep: (text) => progress.step(`Building ${declared.name}: ${text}`),
        onProgress: (done, total) => progress.at(done / total),
      });
      built.push(result);
      for (const warning of result.warnings) progress.warn(`${declared.name}: ${warning}`);
      for (const notice of result.notices) progress.done(`note: ${declared.name}: ${notice}`);
      progress.done(describe(result));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const faults = problemsOf(error);
      failed.push({ name: declared.name, errors: faults });
      progress[Symbol.dispose]();
      for (const fault of faults) {
        stderr.write(`${red(`error: ${declared.name}: ${fault}`)}\n`);
      }
    }
  }
  if (options.json) {
    await write(stdout, `${JSON.stringify({ functions: built, failed }, null, 2)}\n`);
  }
  return failed.length > 0 ? 1 : 0;
}

/** An error that a user can do something about; anything else is a bug. */
function problemsOf(error: unknown): readonly string[] {
  const expected = expectedError(error);
  if (expected === undefined) throw error;
  const { problems, remedy } = expected;
  return remedy === undefined ? problems : [...problems, remedy];
}

function refuseUseless(
  { format, flatten, base, embed }: BuildCommandOptions,
  names: readonly string[],
) {
  if (flatten && format !== "dir") throw incorrectUsage("--flatten is for --format dir");
  if (base !== undefined && format !== "oci") throw incorrectUsage("--base is for --format oci");
  if (embed && format === "oci") {
    throw incorrectUsage("--embed is for zip and dir: an image always holds the host");
  }
  const empty = names.find((name) => name === "");
  if (empty !== undefined) throw incorrectUsage("a function's name cannot be empty");
}

async function chooseFunctions(
  root: string,
  names: readonly string[],
  options: TemplateOptions,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<readonly DeclaredFunction[]> {
  const declared = await declareFunctions(root, env, {
    ...projectOptions(options),
    command: "build",
  });
  for (const warning of declared.warnings) progress.warn(warning);
  return selectFunctions(declared, names, root, env.PATH);
}

function describe({ path, archive, bytes, files, handler, unzippedBytes }: BuiltFunction): string {
  const size = readableSize(bytes ?? unzippedBytes);
  const also = archive === undefined ? "" : `, ${shownPath(archive)}`;
  return `${shownPath(path)}${also}: ${size}, ${files} ${files === 1 ? "file" : "files"}, handler ${handler}`;
}
