// Packages that a Python or Ruby function says it needs, and that are not in its package.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Architecture, kernelArchitectures } from "../../../lambda/architectures.ts";
import { isLanguageRuntime } from "../../../lambda/runtimes.ts";
import type { DeclaredFunction } from "../../../project/declared-function.ts";
import type { HandlerEntry } from "../handler-entry.ts";

/** Packages that come with boto3 in AWS's Python runtimes. */
const broughtByAws = new Set([
  "boto3",
  "botocore",
  "jmespath",
  "python-dateutil",
  "s3transfer",
  "six",
  "urllib3",
]);

/**
 * A sentence, or undefined if nothing is missing or a layer may provide it. `paths` are those of
 * the package.
 */
export function missingPackages(
  entry: HandlerEntry,
  { root, runtime, layers }: DeclaredFunction,
  paths: readonly string[],
  architecture: Architecture,
): string | undefined {
  if (entry.kind !== "script" || layers.length > 0) return undefined;
  if (entry.file.endsWith(".rb")) return missingGems(root, paths);
  if (!entry.file.endsWith(".py")) return undefined;
  const listed = readIfThere(join(root, "requirements.txt"));
  if (listed === undefined) return undefined;
  const packed = new Set(paths.flatMap((path) => distribution(path) ?? []));
  const isManaged = isLanguageRuntime(runtime);
  const missing = requirements(listed).filter(
    (name) => !packed.has(name) && !(isManaged && broughtByAws.has(name)),
  );
  if (missing.length === 0) return undefined;
  const platform = `--platform manylinux2014_${kernelArchitectures[architecture]}`;
  const python = isManaged ? ` --python-version ${runtime.slice("python".length)}` : "";
  return `requirements.txt lists ${missing.join(", ")}, not in the package; install into the function's folder: python3 -m pip install -r requirements.txt -t . ${platform}${python} --only-binary=:all:`;
}

function missingGems(root: string, paths: readonly string[]): string | undefined {
  const gems = readIfThere(join(root, "Gemfile"))?.match(/^\s*gem\s+["'][^"']+/gm) ?? [];
  if (gems.length === 0 || paths.some((path) => path.startsWith("vendor/bundle/")))
    return undefined;
  const names = gems.map((line) => line.replace(/.*["']/, ""));
  // AWS's Ruby runtimes bring the AWS SDK.
  const missing = names.filter((name) => !name.startsWith("aws-sdk"));
  if (missing.length === 0) return undefined;
  return `the Gemfile lists ${missing.join(", ")}, not in the package; install into the function's folder: bundle config set --local path vendor/bundle, then bundle install`;
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The names as PyPI compares them; options, paths and URLs are skipped. */
function requirements(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name] =
      /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\]\s*)?(?:[=<>!~;@#(]|$)/.exec(line) ?? [];
    return name === undefined ? [] : [normalized(name)];
  });
}

function distribution(path: string): string | undefined {
  const [, name] = /(?:^|\/)([^/]+?)-[^/-]+\.(?:dist|egg)-info\//.exec(path) ?? [];
  return name && normalized(name);
}

function normalized(name: string): string {
  return name.replaceAll(/[-_.]+/g, "-").toLowerCase();
}
