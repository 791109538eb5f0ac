// One file by esbuild instead of a script with its imports: plain JavaScript, with its source map.

import { existsSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { type BuildOptions, type BuildResult, build, type Message } from "esbuild";
import { ExpectedError } from "../../host/expected-error.ts";
import { isNodeExtension } from "../../host/handler/extensions.ts";
import { readStart } from "../../host/handler/shebang.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { type LeftOut, leaveNative, noteUnseen } from "./bundle-plugins.ts";
import { packageText } from "./package-content.ts";
import { describe } from "./trace-imports.ts";

export interface Bundle extends Omit<LeftOut, "unseen"> {
  readonly files: PackageFile[];
  readonly warnings: string[];
}

export interface BundleOptions {
  readonly root: string;
  readonly external: readonly string[];
}

/** Bundled CommonJS asks for Node's own modules by `require`, which a module lacks. */
const requireBanner =
  'import { createRequire as createRequireOfBundle } from "node:module";\nconst require = createRequireOfBundle(import.meta.url);';

/** esbuild's words for a `require` that is left to run time. */
const needsRequire = /typeof require !== "undefined" \? require/;

/**
 * TypeScript keeps its name, so that the handler stays as it is, but as a link to a file that Node
 * takes for JavaScript: stripping types from JavaScript is slow, and changes its meaning where
 * `f(a < b, c > (d))` reads as a call with types.
 * @throws ExpectedError for what does not parse or cannot be found.
 */
export async function bundleScript(file: string, options: BundleOptions): Promise<Bundle> {
  const found: LeftOut = { packages: [], addons: [], assets: new Map(), unseen: new Set() };
  const { root } = options;
  const entry = relative(root, file);
  const isForced = /\.c[jt]s$/.test(file);
  const first = await run(entry, isForced ? "cjs" : "esm", options, found);
  const isCommonJs = isForced || formatOf(first) === "cjs";
  const result = await settle(first, entry, isCommonJs && !isForced, options, found);

  const name = outputName(file, isCommonJs);
  const folder = dirname(entry) === "." ? "" : `${dirname(entry)}/`;
  const [code, map] = ["", ".map"].map(
    (ending) => result.outputFiles?.find(({ path }) => path.endsWith(`bundle.js${ending}`))?.text,
  ) as [string, string];
  const text = plainShebang(code).replace(/\/\/# sourceMappingURL=.*\n?$/, "");
  const files = [
    packageText(
      `${folder}${name}`,
      `${text}//# sourceMappingURL=${name}.map\n`,
      text.startsWith("#!"),
    ),
    packageText(`${folder}${name}.map`, map),
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
  const { packages, addons, assets, unseen } = found;
  return { files, packages, addons, assets, warnings: [...warnings, ...unseen] };
}

/** The entry's own format; behind a link it has another path than the one it was given by. */
function formatOf({ metafile }: BuildResult): string | undefined {
  const output = Object.values(metafile?.outputs ?? {}).find(({ entryPoint }) => entryPoint);
  return metafile?.inputs[output?.entryPoint ?? ""]?.format;
}

/** Once more where the first result showed that another form is needed. */
async function settle(
  first: BuildResult,
  entry: string,
  isCommonJs: boolean,
  options: BundleOptions,
  found: LeftOut,
): Promise<BuildResult> {
  if (isCommonJs) return run(entry, "cjs", options, found);
  const text = first.outputFiles?.find(({ path }) => path.endsWith(".js"))?.text ?? "";
  if (!needsRequire.test(text)) return first;
  return run(entry, "esm", options, found, { banner: { js: requireBanner } });
}

async function run(
  entry: string,
  format: "esm" | "cjs",
  { root, external }: BundleOptions,
  found: LeftOut,
  more: BuildOptions = {},
): Promise<BuildResult> {
  found.packages.length = 0;
  found.addons.length = 0;
  found.assets.clear();
  try {
    return await build({
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: join(dirname(entry), "bundle") }],
      outdir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format,
      target: "node22",
      sourcemap: "linked",
      logLevel: "silent",
      plugins: [
        leaveNative(join(root, dirname(entry)), external, found),
        noteUnseen(root, dirname(entry), found),
      ],
      ...(!isNodeExtension(extname(entry)) && {
        loader: { [extname(entry)]: loaderOf(join(root, entry)) },
      }),
      ...more,
    });
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (errors === undefined) throw error;
    throw new ExpectedError(errors.map(explain), { cause: error });
  }
}

/** Of a script by its shebang alone: for tsx it is TypeScript, for Node it is not. */
function loaderOf(file: string): "js" | "ts" {
  return /^#!.*\btsx\b/.test(readStart(file).toString()) ? "ts" : "js";
}

function explain(message: Message): string {
  const text = describe(message);
  if (!message.text.startsWith("Could not resolve")) return text;
  return `${text}; install it (npm install), or name it with --external if a layer brings it`;
}

/** `report.ts` -> `report.mjs`; JavaScript keeps its name. */
function outputName(file: string, isCommonJs: boolean): string {
  const match = /^(.*)\.(?:[mc]?ts|[jt]sx)$/.exec(basename(file));
  if (match === null) return basename(file);
  const name = `${match[1]}${isCommonJs ? ".cjs" : ".mjs"}`;
  return existsSync(join(dirname(file), name)) ? `${match[1]}.bundle${extname(name)}` : name;
}

/** Nothing is left for tsx to do; a file without an extension would be handed to it. */
function plainShebang(code: string): string {
  return code.replace(
    /^#!\S*\/env(?: -S)?(?: npx)?(?: -\S+)* tsx(?=\s|$)[^\n]*/,
    "#!/usr/bin/env node",
  );
}
