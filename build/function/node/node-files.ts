// The package of a script or a module for Node: its imports followed, or bundled into one file.
import { existsSync, statSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { isNodeExtension } from "../../../host/handler/extensions.ts";
import { topLevelAwaitFault } from "../../../host/source/top-level-await.ts";
import { whyNodeCannotStrip } from "../../../host/source/typescript.ts";
import type { DeclaredFunction } from "../../../project/declared-function.ts";
import { isInside } from "../../../project/governing/is-inside.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { type Bundle, bundleScript } from "../bundle/bundle-script.ts";
import type { Findings } from "../findings.ts";
import { folderFiles } from "../folder/folder-files.ts";
import type { PackageOptions } from "../function-package.ts";
import type { HandlerEntry } from "../handler-entry.ts";
import { npmPackages } from "../npm/npm-packages.ts";
import { packageContent } from "../package-content.ts";
import { packageDescriptions } from "./governing-files.ts";
import { type MissingImport, type PackageUse, type Trace, traceImports } from "./trace-imports.ts";
import { typescriptSettings } from "./typescript-settings.ts";

type NodeEntry = Extract<HandlerEntry, { kind: "node" | "expression" }>;

/** `included` are files the user asked for: the scripts among them may import as well. */
export async function nodeFiles(
  entry: NodeEntry,
  included: readonly PackageFile[],
  declared: DeclaredFunction,
  options: PackageOptions,
  findings: Findings,
): Promise<PackageFile[]> {
  const { root } = declared;
  const { architecture, embed, external = [], bundle } = options;
  const scripts = included.flatMap(({ path, content }) =>
    content.kind === "file" && isNodeExtension(extname(path)) && !path.includes("node_modules/")
      ? [content.file]
      : [],
  );
  const bundled = bundle ? await bundleEntry(entry, declared, options) : undefined;
  const own = entry.kind === "node" && !bundle ? [entry.file] : [];
  const traced = await traceImports([...own, ...scripts, ...(bundled?.beside ?? [])], {
    root,
    external,
    expression: entry.kind === "expression" && !bundle ? entry.source : undefined,
  });
  const uses = [...(bundled?.packages ?? []), ...traced.packages];
  const npm = await npmPackages(uses, { root, architecture, external });
  findings.warnings.push(...npm.warnings);
  findings.secrets.push(...npm.secrets);
  const files = tracedFiles(traced, entry, declared, findings);
  // An embedded host includes tsx if it is needed.
  if (entry.kind === "node" && !embed && !bundle) tellTypescript(entry.file, declared, findings);
  return [
    ...npm.files,
    ...(bundled === undefined ? [] : bundleFiles(bundled, root, findings)),
    ...files,
  ];
}

function tracedFiles(
  { files, links, packages, missing }: Trace,
  entry: NodeEntry,
  declared: DeclaredFunction,
  findings: Findings,
): PackageFile[] {
  const { root } = declared;
  const outside = [...files].filter((file) => !isInside(file, root));
  for (const file of outside) {
    findings.errors.push(
      `it imports ${file}, which is outside its folder ${root}; make the parent of both its root (and name the handler from there), or bundle it (--bundle)`,
    );
  }
  tellMissing(missing, declared, findings);
  tellTypescriptPackages(packages, findings);
  const own = [...files].filter((file) => isInside(file, root));
  const needsTsx = entry.kind === "node" && whyNodeCannotStrip(entry.file) !== undefined;
  return [
    ...packageDescriptions(own, root),
    ...(needsTsx ? typescriptSettings(own, root) : []),
    ...own.flatMap((file) => contentOf(relative(root, file), file, findings)),
    ...[...links].map(([link, file]) => linkTo(relative(root, link), relative(root, file))),
  ];
}

/** If a URL names a folder, that is packed as it is. */
function contentOf(path: string, file: string, findings: Findings): PackageFile[] {
  if (!statSync(file).isDirectory()) return [packageContent(path, file)];
  const found = folderFiles(file, { prefix: `${path.replace(/\/$/, "")}/` });
  findings.secrets.push(...found.secrets);
  return found.files;
}

function linkTo(path: string, file: string): PackageFile {
  const target = relative(dirname(path), file);
  return { path, content: { kind: "link", target }, executable: false };
}

/** Each file that an expression imports is a bundle of its own; they share no state. */
async function bundleEntry(
  entry: NodeEntry,
  { root, environment }: DeclaredFunction,
  { architecture, external = [] }: PackageOptions,
): Promise<Bundle> {
  const entries = entry.kind === "node" ? [entry.file] : await importedBy(entry.source, root);
  const typescript = environment.STDLAMBDA_TYPESCRIPT;
  const bundles = await Promise.all(
    entries.map((file) => bundleScript(file, { root, external, architecture, typescript })),
  );
  return {
    files: bundles.flatMap(({ files }) => files),
    packages: bundles.flatMap(({ packages }) => packages),
    addons: bundles.flatMap(({ addons }) => addons),
    assets: new Map(bundles.flatMap(({ assets }) => [...assets])),
    beside: bundles.flatMap(({ beside }) => beside),
    warnings: bundles.flatMap(({ warnings }) => warnings),
  };
}

async function importedBy(expression: string, root: string): Promise<string[]> {
  const { files } = await traceImports([], { root, external: [], expression });
  return [...files].filter((file) => isNodeExtension(extname(file)));
}

function bundleFiles(
  { files, assets, addons, warnings }: Bundle,
  root: string,
  findings: Findings,
): PackageFile[] {
  findings.warnings.push(...warnings);
  for (const addon of addons) {
    if (isInside(addon, root)) continue;
    findings.errors.push(
      `it loads the addon ${addon}, which is outside its folder ${root}; copy it there`,
    );
  }
  for (const [path, asset] of assets) {
    if (!path.startsWith("../")) continue;
    findings.errors.push(
      `it refers to ${asset}, which is outside its folder ${root}; make the parent of both its root, and name the handler from there`,
    );
  }
  return [
    ...files,
    ...addons.map((addon) => packageContent(relative(root, addon), addon)),
    ...[...assets].flatMap(([path, asset]) => contentOf(path, asset, findings)),
  ];
}

/** Whether packages lie in Yarn's own store instead of node_modules. */
function plugAndPlayAbove(folder: string): boolean {
  if (existsSync(join(folder, ".pnp.cjs"))) return true;
  return folder !== dirname(folder) && plugAndPlayAbove(dirname(folder));
}

function tellMissing(
  missing: readonly MissingImport[],
  { root, runtime, layers }: DeclaredFunction,
  { warnings }: Findings,
): void {
  const seen = new Set<string>();
  for (const { specifier, importer, installed } of missing) {
    // AWS: the managed Node runtimes include the SDK.
    if (runtime.startsWith("nodejs") && /^@(?:aws-sdk|smithy)\//.test(specifier)) continue;
    const where = importer === "" ? "the expression" : relative(root, importer);
    if (installed !== undefined) {
      warnings.push(
        `${where} imports ${JSON.stringify(specifier)}, but ${installed.found} lacks the file that its package.json names for it; build the package, or install it again`,
      );
      continue;
    }
    const isLocal = /^\.{0,2}\//.test(specifier);
    const fix = isLocal
      ? "correct the path"
      : layers.length > 0
        ? "its layers must provide it; --external says that they do"
        : plugAndPlayAbove(root)
          ? "Yarn's Plug'n'Play keeps packages where Node does not look: write nodeLinker: node-modules into .yarnrc.yml and run yarn install, or bundle the script (--bundle)"
          : "install it (npm install), or name it with --external if a layer provides it";
    const text = `${where} imports ${JSON.stringify(specifier)}, which cannot be found; ${fix}`;
    if (!seen.has(text)) warnings.push(text);
    seen.add(text);
  }
}

// In a workspace it is a link to somewhere else, and it works.
function tellTypescriptPackages(packages: readonly PackageUse[], { warnings }: Findings): void {
  for (const { installed, file } of packages) {
    if (file === undefined || !/\.[mc]?tsx?$/.test(file)) continue;
    warnings.push(
      `the package ${installed.name} is TypeScript, and Node does not strip types in node_modules; --bundle compiles it to JavaScript`,
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
  const isByTsx = why !== undefined || environment.STDLAMBDA_TYPESCRIPT === "tsx";
  const fault = isByTsx ? topLevelAwaitFault(file) : undefined;
  if (fault !== undefined) warnings.push(fault.replaceAll(`${root}/`, ""));
  if (why === undefined) return;
  const layer = runtime.startsWith("nodejs")
    ? "a thin layer has none unless it was built with it"
    : "the full layer has it";
  warnings.push(
    `${why.replace(`${root}/`, "")}, so it needs tsx at run time (${layer}); --bundle compiles it to JavaScript`,
  );
}
