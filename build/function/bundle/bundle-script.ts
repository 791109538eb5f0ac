// One file by esbuild instead of a script with its imports: plain JavaScript, with its source map.

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { type BuildOptions, type BuildResult, build, type Message } from "esbuild";
import { ExpectedError } from "../../../host/expected-error.ts";
import { isNodeExtension } from "../../../host/handler/extensions.ts";
import { readStart } from "../../../host/handler/shebang.ts";
import { modeMark, modeOfScript } from "../../../host/source/built-mode.ts";
import { whyNodeCannotStrip } from "../../../host/source/typescript.ts";
import type { Architecture } from "../../../lambda/architectures.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { describe, type PackageUse } from "../node/trace-imports.ts";
import { findPackage, packageName } from "../npm/npm-location.ts";
import { npmPackages } from "../npm/npm-packages.ts";
import { packageText } from "../package-content.ts";
import { type LeftWhole, leaveWhole } from "./leave-whole.ts";
import { ownPlace, type Surrounded } from "./own-place.ts";

export interface Bundle {
  readonly files: readonly PackageFile[];
  /** What stays whole in node_modules. */
  readonly packages: readonly PackageUse[];
  /** Addons of the function's own; absolute. */
  readonly addons: readonly string[];
  /** Files that modules refer to by URL or path: path in the package -> absolute path. */
  readonly assets: ReadonlyMap<string, string>;
  /** Scripts among them, to be packed with their own imports; absolute. */
  readonly beside: readonly string[];
  readonly warnings: readonly string[];
}

export interface BundleOptions {
  readonly root: string;
  readonly external: readonly string[];
  readonly architecture: Architecture;
  /** STDLAMBDA_TYPESCRIPT. */
  readonly typescript?: string | undefined;
}

/** Bundled CommonJS loads Node's own modules with `require`, which an ES module does not have. */
const requireBanner =
  'import { createRequire as createRequireOfBundle } from "node:module";\nconst require = createRequireOfBundle(import.meta.url);';

/** esbuild's words for a `require` that is left to run time. */
const needsRequire = /typeof require !== "undefined" \? require/;

/**
 * The same program in one file. A TypeScript file becomes a link to the bundle, so that the handler
 * stays valid and Node runs JavaScript: stripping types would take time, and would change the meaning
 * of `f(a < b, c > (d))`, which then reads as a call with type arguments.
 * @throws ExpectedError for what does not parse or cannot be found.
 */
export async function bundleScript(file: string, options: BundleOptions): Promise<Bundle> {
  const { root } = options;
  const { result, format, found } = await settle(file, options);
  const entry = relative(root, file);
  const isCommonJs = format === "cjs";
  const name = outputName(file, isCommonJs);
  const folder = dirname(entry) === "." ? "" : `${dirname(entry)}/`;
  const map = result.outputFiles?.find(({ path }) => path.endsWith(".js.map"))?.text ?? "{}";
  const text = plainShebang(asNodeImports(codeOf(result), file, options)).replace(
    /\/\/# sourceMappingURL=.*\n?$/,
    "",
  );
  const mode = modeMark(modeOfScript(file, readFileSync(file, "utf8")));
  const files = [
    packageText(
      `${folder}${name}`,
      `${text}${mode}//# sourceMappingURL=${name}.map\n`,
      text.startsWith("#!"),
    ),
    packageText(`${folder}${name}.map`, withSources(map, join(root, folder))),
  ];
  if (name !== basename(file)) {
    const content = { kind: "link", target: name } as const;
    files.push({ path: entry, content, executable: false });
  } else if (!/\.[mc]js$/.test(name)) {
    const type = isCommonJs ? "commonjs" : "module";
    files.push(packageText(`${folder}package.json`, `${JSON.stringify({ type })}\n`));
  }
  const warnings = result.warnings
    .filter(({ location }) => !location?.file.includes("node_modules/"))
    .map(describe);
  const { uses, addons, assets, beside, unseen } = found;
  return {
    files,
    packages: uses,
    addons,
    assets,
    beside: [...beside].filter((script) => script !== file),
    warnings: [...warnings, ...unseen],
  };
}

/** The sources as they are on the disk, without what `ownPlace` changed in them. */
function withSources(map: string, folder: string): string {
  const parsed = JSON.parse(map) as { sources: string[]; sourcesContent: (string | null)[] };
  parsed.sourcesContent = parsed.sources.map((source, at) => {
    const file = join(folder, source);
    return existsSync(file) ? readFileSync(file, "utf8") : (parsed.sourcesContent[at] ?? null);
  });
  return JSON.stringify(parsed);
}

function isRunByNode(file: string, typescript: string | undefined): boolean {
  return typescript === "node" || (typescript !== "tsx" && whyNodeCannotStrip(file) === undefined);
}

/**
 * In Node the default export of CommonJS is `module.exports`. esbuild uses `exports.default` if the
 * file was compiled from an ES module, unless the importer is .mjs or has "type": "module".
 */
function asNodeImports(code: string, file: string, { typescript }: BundleOptions): string {
  if (!isRunByNode(file, typescript)) return code;
  return code.replaceAll(/\b__toESM\((require(?:_[\w$]+\(\)|\("[^"]+"\)))\)/g, "__toESM($1, 1)");
}

interface Form {
  readonly format: "esm" | "cjs";
  readonly banner: boolean;
}

interface Found extends LeftWhole, Surrounded {}

/** Bundles again until a run finds nothing new: format, banner, packages to leave whole. */
async function settle(file: string, options: BundleOptions) {
  const isForced = /\.c[jt]s$/.test(file);
  let form: Form = { format: isForced ? "cjs" : "esm", banner: false };
  const whole = new Set<string>();
  for (;;) {
    const found: Found = {
      whole,
      uses: [],
      addons: [],
      assets: new Map(),
      beside: new Set(),
      packages: [],
      unseen: new Set(),
    };
    const before = whole.size;
    const result = await run(file, form, options, found);
    askByHand(found);
    // A dependency of a whole package is left whole too; bundled, it would be loaded twice.
    const { places } = await npmPackages(found.uses, options);
    for (const directory of places.values()) whole.add(directory);
    const next: Form = {
      format: isForced ? "cjs" : formatOf(result),
      banner: form.format === "esm" && (form.banner || needsRequire.test(codeOf(result))),
    };
    if (whole.size === before && next.format === form.format && next.banner === form.banner) {
      return { result, format: form.format, found };
    }
    form = next;
  }
}

/** Packages that a module loads with its own require are left whole. */
function askByHand({ packages, uses, whole }: Found): void {
  for (const { name: specifier, importer } of packages) {
    const name = packageName(specifier);
    const installed = name === undefined ? undefined : findPackage(name, dirname(importer));
    if (installed === undefined) continue;
    whole.add(installed.directory);
    uses.push({ installed, importer });
  }
}

/** The format of the entry; if it is a link, esbuild reports its target's path. */
function formatOf({ metafile }: BuildResult): "esm" | "cjs" {
  const output = Object.values(metafile?.outputs ?? {}).find(({ entryPoint }) => entryPoint);
  return metafile?.inputs[output?.entryPoint ?? ""]?.format === "cjs" ? "cjs" : "esm";
}

function codeOf({ outputFiles }: BuildResult): string {
  return outputFiles?.find(({ path }) => path.endsWith(".js"))?.text ?? "";
}

async function run(
  file: string,
  { format, banner }: Form,
  { root, external, typescript }: BundleOptions,
  found: Found,
): Promise<BuildResult> {
  const entry = relative(root, file);
  const folder = join(root, dirname(entry));
  const keepImports = isRunByNode(file, typescript);
  const options: BuildOptions = {
    absWorkingDir: root,
    entryPoints: [{ in: entry, out: join(dirname(entry), "bundle") }],
    outdir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format,
    target: "node22",
    // Node's conditions; without a list esbuild would add "module".
    conditions: ["node-addons", "module-sync"],
    // The name of an error's class is its type, and esbuild renames a class if two files have one of that name.
    keepNames: true,
    // Node ignores "sideEffects" in package.json: it runs whatever is imported.
    ignoreAnnotations: true,
    sourcemap: "linked",
    logLevel: "silent",
    plugins: [
      leaveWhole({ root, folder, external }, found),
      ownPlace({ root, entry: file, format, keepImports }, found),
    ],
    ...(banner && { banner: { js: requireBanner } }),
    ...(!isNodeExtension(extname(entry)) && { loader: { [extname(entry)]: loaderOf(file) } }),
  };
  try {
    return await build(options);
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (errors === undefined) throw error;
    throw new ExpectedError(errors.map(explain), { cause: error });
  }
}

/** For a script without an extension: TypeScript if its shebang names tsx. */
function loaderOf(file: string): "js" | "ts" {
  return /^#!.*\btsx\b/.test(readStart(file).toString()) ? "ts" : "js";
}

function explain(message: Message): string {
  const text = describe(message);
  if (message.text.startsWith("Top-level await")) {
    return `${text}; make the script an ES module (.mjs), or build it without --bundle`;
  }
  if (!message.text.startsWith("Could not resolve")) return text;
  return `${text}; install it (npm install), or name it with --external if a layer provides it`;
}

/** `report.ts` -> `report.mjs`; JavaScript keeps its name. */
function outputName(file: string, isCommonJs: boolean): string {
  const match = /^(.*)\.(?:[mc]?ts|[jt]sx)$/.exec(basename(file));
  if (match === null) return basename(file);
  const name = `${match[1]}${isCommonJs ? ".cjs" : ".mjs"}`;
  return existsSync(join(dirname(file), name)) ? `${match[1]}.bundle${extname(name)}` : name;
}

/** The bundle does not need tsx, so its shebang names node. */
function plainShebang(code: string): string {
  return code.replace(
    /^#!\S*\/env(?: -S)?(?: npx)?(?: -\S+)* tsx(?:[ \t]+([^\n]*))?(?=\n)/,
    (_, options?: string) => `#!/usr/bin/env ${options ? `-S node ${options}` : "node"}`,
  );
}
