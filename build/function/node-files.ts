// The package of a script or a module of Node: its imports followed, or bundled into one file.
import { dirname, extname, relative } from "node:path";
import { isNodeExtension } from "../../host/handler/extensions.ts";
import { whyNodeCannotStrip } from "../../host/source/typescript.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { bundleScript } from "./bundle-script.ts";
import type { Findings } from "./findings.ts";
import { isInside } from "./folder-files.ts";
import type { PackageOptions } from "./function-package.ts";
import { packageDescriptions, typescriptSettings } from "./governing-files.ts";
import type { HandlerEntry } from "./handler-entry.ts";
import { npmPackages } from "./npm-packages.ts";
import { packageContent } from "./package-content.ts";
import { type MissingImport, type PackageUse, traceImports } from "./trace-imports.ts";

type NodeEntry = Extract<HandlerEntry, { kind: "node" | "expression" }>;

/** `included` are files the user asked for: the scripts among them may import as well. */
export async function nodeFiles(
  entry: NodeEntry,
  included: readonly PackageFile[],
  declared: DeclaredFunction,
  options: PackageOptions,
  findings: Findings,
): Promise<PackageFile[]> {
  const traced = await traceEntry(entry, included, declared, options);
  return options.bundle
    ? await bundled(entry, traced.files, declared, options, findings)
    : traceFiles(traced, entry, declared, options, findings);
}

function traceEntry(
  entry: NodeEntry,
  included: readonly PackageFile[],
  { root }: DeclaredFunction,
  { bundle, external = [] }: PackageOptions,
) {
  const scripts = included.flatMap(({ path, content }) =>
    content.kind === "file" && isNodeExtension(extname(path)) && !path.includes("node_modules/")
      ? [content.file]
      : [],
  );
  const entries = [...(entry.kind === "node" && !bundle ? [entry.file] : []), ...scripts];
  const expression = entry.kind === "expression" ? entry.source : undefined;
  return traceImports(entries, { root, external, expression });
}

function traceFiles(
  { files, links, packages, missing }: Awaited<ReturnType<typeof traceImports>>,
  entry: NodeEntry,
  declared: DeclaredFunction,
  { architecture, embed, external = [] }: PackageOptions,
  findings: Findings,
): PackageFile[] {
  const { root } = declared;
  const outside = [...files].filter((file) => !isInside(file, root));
  for (const file of outside) {
    findings.errors.push(
      `it imports ${file}, which is not inside of its folder ${root}; make the folder above both its root (and name the handler from there), or bundle it (--bundle)`,
    );
  }
  tellMissing(missing, declared, findings);
  tellTypescriptPackages(packages, findings);
  // An embedded host brings tsx where it is needed.
  if (entry.kind === "node" && !embed) tellTypescript(entry.file, declared, findings);
  const npm = npmPackages(packages, { root, architecture, external });
  findings.warnings.push(...npm.warnings);
  const own = [...files].filter((file) => isInside(file, root));
  const needsTsx = entry.kind === "node" && whyNodeCannotStrip(entry.file) !== undefined;
  return [
    ...npm.files,
    ...packageDescriptions(own, root),
    ...(needsTsx ? typescriptSettings(own, root) : []),
    ...own.map((file) => packageContent(relative(root, file), file)),
    ...[...links].map(([link, file]) => linkTo(relative(root, link), relative(root, file))),
  ];
}

function linkTo(path: string, file: string): PackageFile {
  const target = relative(dirname(path), file);
  return { path, content: { kind: "link", target }, executable: false };
}

async function bundled(
  entry: NodeEntry,
  traced: ReadonlySet<string>,
  declared: DeclaredFunction,
  { architecture, external = [] }: PackageOptions,
  findings: Findings,
): Promise<PackageFile[]> {
  const { root } = declared;
  // Each file that an expression imports is a bundle of its own; they share no state.
  const entries = entry.kind === "node" ? [entry.file] : [...traced].filter(isScript);
  const uses: PackageUse[] = [];
  const files: PackageFile[] = [];
  for (const file of entries) {
    const bundle = await bundleScript(file, { root, external });
    files.push(...bundle.files);
    uses.push(...bundle.packages);
    findings.warnings.push(...bundle.warnings);
    for (const [path, asset] of bundle.assets) files.push(packageContent(path, asset));
    for (const addon of bundle.addons) {
      if (isInside(addon, root)) files.push(packageContent(relative(root, addon), addon));
      else findings.errors.push(`its addon ${addon} is not inside of its folder ${root}; copy it`);
    }
  }
  const npm = npmPackages(uses, { root, architecture, external });
  findings.warnings.push(...npm.warnings);
  return [...npm.files, ...files];
}

function isScript(file: string): boolean {
  return isNodeExtension(extname(file));
}

function tellMissing(
  missing: readonly MissingImport[],
  { root, runtime, layers }: DeclaredFunction,
  { warnings }: Findings,
): void {
  const seen = new Set<string>();
  for (const { specifier, importer } of missing) {
    // AWS: the managed Node runtimes bring the SDK.
    if (runtime.startsWith("nodejs") && /^@(?:aws-sdk|smithy)\//.test(specifier)) continue;
    const where = importer === "" ? "the expression" : relative(root, importer);
    const isLocal = /^\.{0,2}\//.test(specifier);
    const fix = isLocal
      ? "correct the path"
      : layers.length > 0
        ? "its layers must bring it; --external says that they do"
        : "install it (npm install), or name it with --external if a layer brings it";
    const text = `${where} imports ${JSON.stringify(specifier)}, which is not there; ${fix}`;
    if (!seen.has(text)) warnings.push(text);
    seen.add(text);
  }
}

// In a workspace it is a link to somewhere else, and runs.
function tellTypescriptPackages(packages: readonly PackageUse[], { warnings }: Findings): void {
  for (const { installed, file } of packages) {
    if (file === undefined || !/\.[mc]?tsx?$/.test(file)) continue;
    warnings.push(
      `the package ${installed.name} is TypeScript, and Node strips no types in node_modules; --bundle makes it plain JavaScript`,
    );
  }
}

function tellTypescript(
  file: string,
  { root, environment, runtime }: DeclaredFunction,
  { warnings }: Findings,
): void {
  if (environment.STDLAMBDA_TYPESCRIPT === "node") return;
  const why = whyNodeCannotStrip(file);
  if (why === undefined) return;
  const layer = runtime.startsWith("nodejs")
    ? "a thin layer has none unless it was built with it"
    : "the full layer has it";
  warnings.push(
    `${why.replace(`${root}/`, "")}, so it needs tsx at run time (${layer}); --bundle makes it plain JavaScript`,
  );
}
