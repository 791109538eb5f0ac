// Gives each module of a bundle its own `import.meta`, `__dirname` and `__filename`: otherwise all would
// have those of the bundle, and two modules that read "./data.txt" would read the same file.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, posix, relative } from "node:path";
import { type Loader, type Message, type Plugin, transform } from "esbuild";
import { isNodeExtension, nodeExtensions } from "../../../host/handler/extensions.ts";
import { blank } from "../../../host/source/blank.ts";
import { fileUrls, requiredByHand, resolvedByHand } from "../node/unseen-imports.ts";

export interface Surroundings {
  readonly root: string;
  /** The bundled script; absolute. */
  readonly entry: string;
  readonly format: "esm" | "cjs";
  /** Whether Node itself runs the program, which keeps each import that is not marked as a type. */
  readonly keepImports: boolean;
}

export interface Surrounded {
  /** Files that modules refer to by URL or path: path in the package -> absolute path. */
  readonly assets: Map<string, string>;
  /** Scripts among them, which are not bundled; absolute. */
  readonly beside: Set<string>;
  /** Packages that a module loads with `createRequire` or `require.resolve`. */
  readonly packages: { readonly name: string; readonly importer: string }[];
  /** Warnings about imports that cannot be followed. */
  readonly unseen: Set<string>;
}

const namespace = "stdlambda-place";
const identifier = "stdlambdaPlace";

export function ownPlace(surroundings: Surroundings, found: Surrounded): Plugin {
  const { root, entry, format, keepImports } = surroundings;
  return {
    name: "own-place",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${namespace}:`) }, ({ path }) => ({
        path: path.slice(namespace.length + 1),
        namespace,
      }));
      onLoad({ filter: /.*/, namespace }, ({ path }) => {
        const isEntry = path === placeOf(entry, root);
        const way = posix.relative(posix.dirname(placeOf(entry, root)), path);
        const contents = format === "esm" ? moduleOf(way, isEntry) : commonJsOf(way, isEntry);
        return { contents, loader: "js" };
      });
      onLoad({ filter: /.*/ }, async ({ path }) => {
        const extension = extname(path);
        const isScript = isNodeExtension(extension) || (path === entry && extension !== ".json");
        if (!isScript || path.includes("/node_modules/")) return undefined;
        const text = readFileSync(path, "utf8");
        noteNamed(path, text, root, found);
        const contents = withPlace(text, path, surroundings);
        const isTypescript = /^\.[mc]?ts$/.test(extension);
        if (isTypescript && keepImports) return withAllImports(contents, path);
        if (contents === text) return undefined;
        return { contents, loader: loaderOf(extension) };
      });
    },
  };
}

/** The path in the package; a file above the function's folder gets a path below `_above`. */
function placeOf(file: string, root: string): string {
  return relative(root, file)
    .replaceAll("\\", "/")
    .replaceAll(/(?<![^/])\.\.(?=\/)/g, "_above");
}

function noteNamed(path: string, text: string, root: string, found: Surrounded): void {
  const source = placeOf(path, root);
  const folder = dirname(path);
  const lay = (target: string) => {
    const file = [
      join(folder, target),
      ...nodeExtensions.map((one) => join(folder, target + one)),
    ].find(existsSync);
    if (file === undefined) return;
    if (isNodeExtension(extname(file))) found.beside.add(file);
    else found.assets.set(posix.join(posix.dirname(source), target), file);
  };
  for (const target of fileUrls(path, text)) lay(target);
  for (const specifier of [...requiredByHand(text), ...resolvedByHand(text)]) {
    if (/^\.{1,2}\//.test(specifier)) lay(specifier);
    else found.packages.push({ name: specifier, importer: path });
  }
  if (/(?<![.\w$])(?:import|require)\s*\(\s*[^"'`\s)]/.test(blank(text))) {
    found.unseen.add(
      `${source} imports a name that is computed at run time, so it is not bundled; add the files with --include`,
    );
  }
}

function withPlace(text: string, path: string, { root, entry }: Surroundings): string {
  const code = blank(text);
  const isCommonJs = !isModule(path, code);
  const specifier = JSON.stringify(`${namespace}:${placeOf(path, root)}`);
  const place = isCommonJs ? `require(${specifier})` : identifier;
  const own = (name: string) =>
    new RegExp(`\\b(?:const|let|var)\\s+(?:[^;=]*[{,]\\s*)?${name}\\b`).test(code);
  const names: [RegExp, string][] = [
    [/(?<![.\w$])import\s*\.\s*meta(?![\w$])/g, `${place}.meta`],
    ...["__dirname", "__filename"]
      .filter((name) => !own(name))
      .map((name): [RegExp, string] => [
        new RegExp(`(?<![.\\w$])${name}(?![\\w$]|\\s*:)`, "g"),
        `${place}.${name.slice(2)}`,
      ]),
  ];
  if (isCommonJs) names.push([/(?<![.\w$])require\s*\.\s*resolve(?![\w$])/g, `${place}.resolve`]);
  if (isCommonJs && path !== entry) {
    names.push([/(?<![.\w$])module\s*\.\s*parent(?![\w$])/g, `${place}.parent`]);
  }
  const changes = names.flatMap(([pattern, replacement]) =>
    [...code.matchAll(pattern)].map(({ index, 0: { length } }) => ({ index, length, replacement })),
  );
  if (changes.length === 0) return text;
  let result = "";
  let at = 0;
  for (const { index, length, replacement } of changes.sort((a, b) => a.index - b.index)) {
    result += text.slice(at, index) + replacement;
    at = index + length;
  }
  result += text.slice(at);
  // At the end, so that no line moves; imports are evaluated first in any case.
  return isCommonJs ? result : `${result}\nimport * as ${identifier} from ${specifier};\n`;
}

function isModule(path: string, code: string): boolean {
  if (/\.m[jt]s$/.test(path)) return true;
  if (/\.cjs$/.test(path) || /^\s*(?:import\s+[\w$]+\s*=\s*require\b|export\s*=)/m.test(code)) {
    return false;
  }
  return /^\s*(?:import\b(?!\s*[(.])|export\b)|(?<![.\w$])import\s*\.\s*meta\b/m.test(code);
}

function moduleOf(way: string, isEntry: boolean): string {
  return `
    import { createRequire } from "node:module";
    import { dirname as dirnameOf } from "node:path";
    import { fileURLToPath } from "node:url";
    const url = new URL(${JSON.stringify(urlOf(way))}, import.meta.url).href;
    export const filename = fileURLToPath(url);
    export const dirname = dirnameOf(filename);
    export const parent = {};
    export const { resolve } = createRequire(url);
    export const meta = {
      __proto__: null,
      dirname,
      filename,
      main: ${isEntry ? "import.meta.main" : "false"},
      resolve: (specifier) =>
        /^\\.{0,2}\\//.test(specifier) ? new URL(specifier, url).href : import.meta.resolve(specifier),
      url,
    };`;
}

function commonJsOf(way: string, isEntry: boolean): string {
  return `
    const { createRequire } = require("node:module");
    const { dirname: dirnameOf } = require("node:path");
    const { fileURLToPath, pathToFileURL } = require("node:url");
    const url = new URL(${JSON.stringify(urlOf(way))}, pathToFileURL(__filename)).href;
    const filename = fileURLToPath(url);
    const dirname = dirnameOf(filename);
    const { resolve } = createRequire(url);
    exports.filename = filename;
    exports.dirname = dirname;
    exports.parent = {};
    exports.resolve = resolve;
    exports.meta = {
      __proto__: null,
      dirname,
      filename,
      main: ${isEntry ? "require.main?.filename === __filename" : "false"},
      resolve: (specifier) =>
        /^\\.{0,2}\\//.test(specifier)
          ? new URL(specifier, url).href
          : pathToFileURL(resolve(specifier)).href,
      url,
    };`;
}

function urlOf(way: string): string {
  return `./${way.split("/").map(encodeURIComponent).join("/")}`;
}

function loaderOf(extension: string): Loader {
  if (/^\.[mc]?ts$/.test(extension)) return "ts";
  if (extension === ".tsx" || extension === ".jsx") return extension.slice(1) as Loader;
  return "js";
}

/** Without this, esbuild would drop an unused import and its side effects. */
async function withAllImports(text: string, path: string) {
  try {
    const { code } = await transform(text, {
      loader: "ts",
      sourcefile: basename(path),
      sourcemap: "inline",
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return { contents: code, loader: "js" as const };
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (errors === undefined) throw error;
    return { errors };
  }
}
