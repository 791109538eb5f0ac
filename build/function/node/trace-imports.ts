// The files and npm packages that a Node script needs, found by following its imports.

import { readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, extname, isAbsolute, join, relative } from "node:path";
import {
  type BuildOptions,
  build,
  type Message,
  type OnLoadResult,
  type Plugin,
  transform,
} from "esbuild";
import { ExpectedError } from "../../../host/expected-error.ts";
import { isNodeExtension } from "../../../host/handler/extensions.ts";
import {
  findPackage,
  type InstalledPackage,
  packageName,
  packageOfFile,
} from "../npm/npm-location.ts";
import { fileUrls, requiredByHand, resolvedByHand } from "./unseen-imports.ts";

export interface PackageUse {
  readonly installed: InstalledPackage;
  /** The file that imports it. */
  readonly importer: string;
  /** The file it resolves to, if esbuild knows. */
  readonly file?: string | undefined;
}

export interface MissingImport {
  readonly specifier: string;
  readonly importer: string;
  /** The package, if it is installed but the file is missing. */
  readonly installed?: InstalledPackage;
}

export interface Trace {
  /** Absolute paths outside of `node_modules`. */
  readonly files: ReadonlySet<string>;
  /** Links in the function, and the files of the function that they lead to. */
  readonly links: ReadonlyMap<string, string>;
  readonly packages: readonly PackageUse[];
  readonly missing: readonly MissingImport[];
}

export interface TraceOptions {
  /** Where an expression's imports begin. */
  readonly root: string;
  /** An expression, as a source without a file. */
  readonly expression?: string | undefined;
  readonly external: readonly string[];
}

/**
 * Follows `import`, `export from`, `import("…")`, `require("…")`, `require.resolve("…")` and
 * `new URL("…", import.meta.url)`, by the rules of Node, TypeScript and tsconfig.json.
 * @throws ExpectedError for a source that does not parse.
 */
export async function traceImports(
  entries: readonly string[],
  { root, expression, external }: TraceOptions,
): Promise<Trace> {
  const found = {
    files: new Set<string>(),
    links: new Map<string, string>(),
    packages: [] as PackageUse[],
    missing: [] as MissingImport[],
  };
  const urls = new Set<string>();
  const common = {
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: "node" as const,
    format: "esm" as const,
    outdir: join(root, "traced"),
    logLevel: "silent" as const,
    // A linked folder is packed at the link's path; packages are recognized by node_modules.
    preserveSymlinks: true,
    conditions: ["node-addons", "module-sync"],
    plugins: [tracer(found, urls, { root, external })],
  } satisfies BuildOptions;
  if (expression !== undefined) {
    const stdin = { contents: `(${expression})`, resolveDir: root, sourcefile: "expression.mjs" };
    await run(() => build({ ...common, stdin }));
  }
  let waiting = [...entries];
  while (waiting.length > 0) {
    const entryPoints = waiting;
    await run(() => build({ ...common, entryPoints }));
    waiting = [...urls].filter((file) => !found.files.has(file));
    for (const file of waiting) found.files.add(file);
    waiting = waiting.filter((file) => isSource(file) && statSync(file).isFile());
  }
  return found;
}

async function run(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (errors === undefined) throw error;
    throw new ExpectedError(errors.map(describe), { cause: error });
  }
}

export function describe({ text, location }: Message): string {
  if (location === null) return text;
  return `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

interface Found {
  readonly files: Set<string>;
  readonly links: Map<string, string>;
  readonly packages: PackageUse[];
  readonly missing: MissingImport[];
}

function tracer(found: Found, urls: Set<string>, { root, external }: TraceOptions): Plugin {
  const realRoot = realpathSync(root);
  /** Node resolves the imports of a linked file from the link's target. */
  const follow = (file: string): string => {
    const way = relative(realRoot, realpathSync(file));
    const real = way.startsWith("..") ? file : join(root, way);
    if (real !== file) found.links.set(file, real);
    return real;
  };
  return {
    name: "trace",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === "asked") return undefined;
        if (kind === "entry-point") return isAbsolute(path) ? { path: follow(path) } : undefined;
        const outside = { path, external: true };
        if (isBuiltin(path) || /^(?:https?|data|file):/.test(path)) return outside;
        const name = packageName(path);
        if (name !== undefined && external.includes(name)) return outside;
        const answer = await resolve(path, { kind, importer, resolveDir, pluginData: "asked" });
        const file = answer.errors.length === 0 && !answer.external ? answer.path : undefined;
        const installed =
          (file && packageOfFile(file)) || (name && !file && findPackage(name, resolveDir));
        if (installed) {
          found.packages.push({ installed, importer, file });
          if (file === undefined && !answer.external) {
            found.missing.push({ specifier: path, importer, installed });
          }
        } else if (kind === "require-resolve") {
          if (file !== undefined) urls.add(follow(file));
        } else if (file === undefined) found.missing.push({ specifier: path, importer });
        else if (isSource(file) || file.endsWith(".json")) return { path: follow(file) };
        else found.files.add(follow(file));
        return outside;
      });
      onLoad({ filter: /.*/ }, async ({ path }) => {
        found.files.add(path);
        const text = readFileSync(path, "utf8");
        for (const target of fileUrls(path, text)) urls.add(follow(join(dirname(path), target)));
        const ask = (specifier: string, kind: "require-call" | "require-resolve") =>
          resolve(specifier, { kind, importer: path, resolveDir: dirname(path) });
        for (const specifier of resolvedByHand(text)) await ask(specifier, "require-resolve");
        for (const specifier of requiredByHand(text)) {
          const answer = await ask(specifier, "require-call");
          if (answer.errors.length === 0 && !answer.external) urls.add(answer.path);
        }
        return loadWhole(path, text);
      });
    },
  };
}

/**
 * Keeps every import that Node would load: Node drops only those marked as types, but esbuild also
 * drops those that are not used.
 */
async function loadWhole(path: string, text: string): Promise<OnLoadResult> {
  const extension = extname(path);
  if (extension === ".json") return { contents: text, loader: "json" };
  if (/^\.(?:[mc]?js|jsx)$/.test(extension)) {
    return { contents: text, loader: extension === ".jsx" ? "jsx" : "js" };
  }
  // A script by its shebang alone may be TypeScript, as tsx takes it.
  const isJsx = extension === ".tsx";
  try {
    const { code } = await transform(text, {
      loader: isJsx ? "tsx" : "ts",
      jsx: "preserve",
      sourcefile: path,
      tsconfigRaw: {
        compilerOptions: { verbatimModuleSyntax: true, experimentalDecorators: true },
      },
    });
    return { contents: code, loader: isJsx ? "jsx" : "js" };
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (errors === undefined) throw error;
    return { errors };
  }
}

/** Also a script without an extension, which is an entry. */
function isSource(file: string): boolean {
  return isNodeExtension(extname(file));
}
