// Collects the files of a declared function's package, and what its user should know about them.

import { existsSync } from "node:fs";
import { basename, relative } from "node:path";
import { HostError } from "../../host/errors.ts";
import { ExpectedError } from "../../host/expected-error.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { checkPaths } from "../zip/package-paths.ts";
import { missingInterpreter } from "./checks/interpreter.ts";
import { carriageReturns } from "./checks/line-ends.ts";
import { missingPackages } from "./checks/listed-packages.ts";
import { missingLibraries } from "./checks/missing-libraries.ts";
import { checkNativeCode } from "./checks/native-code.ts";
import { tooLargeUnpacked } from "./checks/size.ts";
import type { Findings } from "./findings.ts";
import { folderFiles } from "./folder/folder-files.ts";
import { followLinks } from "./folder/follow-links.ts";
import { includedFiles } from "./folder/included-files.ts";
import { createPathFilter, isSecret } from "./folder/path-filter.ts";
import type { FunctionPackage, PackageOptions } from "./function-package.ts";
import { type HandlerEntry, handlerEntry } from "./handler-entry.ts";
import { packageText } from "./package-content.ts";

/** @throws ExpectedError with everything that is wrong. */
export async function collectPackage(
  declared: DeclaredFunction,
  options: PackageOptions,
): Promise<FunctionPackage> {
  const { root, handler } = declared;
  const findings: Findings = { notices: [], warnings: [], secrets: [], errors: [] };
  if (!existsSync(root)) {
    throw new ExpectedError(`the function's folder ${root} does not exist; correct its root`);
  }
  const entry = readEntry(declared);
  const isExcluded = createPathFilter(options.exclude ?? []);
  const files = new Map<string, PackageFile>();
  const add = (file: PackageFile) => {
    if (!isExcluded(file.path)) files.set(file.path, file);
  };
  const outputs = options.output === undefined ? [] : [options.output];
  const included = includedFiles(root, options.include ?? [], { isExcluded, outputs });
  findings.errors.push(...included.faults);
  for (const file of included.files) add(file);
  findings.secrets.push(...included.secrets);

  if (entry.kind === "node" || entry.kind === "expression") {
    const { nodeFiles } = await import("./node/node-files.ts");
    for (const file of await nodeFiles(entry, [...files.values()], declared, options, findings)) {
      add(file);
      if (isSecret(basename(file.path)) && !file.path.includes("node_modules/")) {
        findings.notices.push(
          `${file.path} is packed because it is imported; it may hold credentials`,
        );
      }
    }
  } else {
    const whole = folderFiles(root, { isExcluded, outputs });
    for (const file of whole.files) if (!files.has(file.path)) add(file);
    findings.secrets.push(...whole.secrets);
    if (whole.unusable.length > 0) {
      findings.warnings.push(
        `left out, because they are links that lead nowhere, or neither files nor folders: ${whole.unusable.join(", ")}`,
      );
    }
    for (const path of whole.environments) {
      findings.notices.push(
        `left out ${path}, a virtual environment whose programs are links to this machine's interpreter; install packages into the folder instead: pip install --target . -r requirements.txt`,
      );
    }
    if (options.bundle) {
      findings.notices.push(
        "not bundled, because it is not a Node script; its whole folder is packed",
      );
    }
  }
  for (const [path, file] of followLinks(files, root, isExcluded, findings)) files.set(path, file);
  tellSecrets(
    findings.secrets.filter((path) => !files.has(path)),
    findings,
  );
  if (options.embed) {
    const { embeddedFiles } = await import("./embedded-files.ts");
    for (const file of await embeddedFiles(entry, declared, options, findings)) {
      // `--exclude` applies to the function; the host is always complete.
      if (!files.has(file.path)) files.set(file.path, file);
      else if (!file.path.includes("node_modules/")) {
        findings.errors.push(
          `${file.path} is a file of the function, but --embed puts the host's file there; rename it, or build without --embed`,
        );
      }
    }
  }
  // Lambda refuses a zip without files; an expression or a program needs none.
  if (files.size === 0) add(packageText("handler.txt", `${handler}\n`));
  check([...files.values()], entry, declared, options, findings);
  if (findings.errors.length > 0) throw new ExpectedError(findings.errors);
  return {
    declared,
    architecture: options.architecture,
    handler,
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    notices: findings.notices,
    warnings: [...new Set(findings.warnings)],
  };
}

function readEntry(declared: DeclaredFunction): HandlerEntry {
  try {
    return handlerEntry(declared);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    // The host searches layers as well; here there are none.
    const message = error.message.replace(` or ${declared.root}`, "");
    throw new ExpectedError(message, { cause: error, type: error.type });
  }
}

function tellSecrets(secrets: readonly string[], { notices }: Findings): void {
  if (secrets.length === 0) return;
  notices.push(
    `left out, because they may hold credentials: ${secrets.join(", ")}; --include packs one anyway`,
  );
}

function check(
  files: readonly PackageFile[],
  entry: HandlerEntry,
  declared: DeclaredFunction,
  { architecture, system = "lambda" }: PackageOptions,
  { warnings, errors }: Findings,
): void {
  const isFile = entry.kind === "node" || entry.kind === "script";
  const handlerPath = isFile ? relative(declared.root, entry.file) : undefined;
  try {
    checkPaths(files);
  } catch (error) {
    errors.push((error as Error).message);
  }
  const native = checkNativeCode(files, architecture, {
    handlerPath,
    isLambda: system === "lambda",
  });
  errors.push(...native.errors);
  warnings.push(...native.warnings);
  if (system === "lambda") warnings.push(...tellMissingLibraries(files, entry, declared));
  const interpreter = missingInterpreter(entry, declared, system);
  if (interpreter !== undefined) warnings.push(interpreter);
  const paths = files.map(({ path }) => path);
  const packages = missingPackages(entry, declared, paths, architecture);
  if (packages !== undefined) warnings.push(packages);
  const lineEnds = carriageReturns(entry, declared.handler);
  if (lineEnds !== undefined) warnings.push(lineEnds);
  if (entry.kind === "elsewhere") warnings.push(`the handler must come from a layer: ${entry.why}`);
  if (handlerPath !== undefined && !files.some(({ path }) => path === handlerPath)) {
    errors.push(`the handler's file ${handlerPath} is excluded; change --exclude`);
  }
  // AWS: an image may have 10 GB.
  const size = system === "lambda" ? tooLargeUnpacked(files) : undefined;
  if (size !== undefined) errors.push(size);
}

/** Only for the program that is the handler: what others in the package are for is not known. */
function tellMissingLibraries(
  files: readonly PackageFile[],
  entry: HandlerEntry,
  { root, layers }: DeclaredFunction,
): string[] {
  if (entry.kind !== "script" || layers.length > 0) return [];
  const handlerPath = relative(root, entry.file);
  return missingLibraries(files)
    .filter(({ path }) => path === handlerPath)
    .map(
      ({ path, libraries }) =>
        `${path} needs ${libraries.join(" and ")}, which neither the package nor Amazon Linux 2023 provides; put ${libraries.length === 1 ? "it" : "them"} into the function's lib/, or link the program statically`,
    );
}
