// tsconfig.json as tsx reads it: the nearest one with what it extends, and both merged.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, resolve } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import { isInside } from "./is-inside.ts";

interface Settings {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
}

/** In a folder, or in the nearest one above it that has one. */
export function nearestSettings(folder: string): string | undefined {
  const file = join(folder, "tsconfig.json");
  if (existsSync(file)) return file;
  return folder === dirname(folder) ? undefined : nearestSettings(dirname(folder));
}

const configDirectory = /^\$\{configDir\}/;

/** The files that a tsconfig.json extends, then the file itself; later ones win. */
export function settingsChain(file: string, above: readonly string[] = []): string[] {
  if (above.includes(file)) {
    throw new ExpectedError(`${file} extends itself, by ${above.join(", ")}`, {
      remedy: `Correct "extends" in ${file}`,
    });
  }
  const { extends: bases = [] } = read(file);
  const found = [bases].flat().map((base) => extended(base, file));
  return [...found.flatMap((base) => settingsChain(base, [...above, file])), file];
}

/** A path, or a file of an npm package. */
function extended(base: string, from: string): string {
  const isPath = /^\.{0,2}\//.test(base) || base === "." || base === "..";
  const target = resolve(dirname(from), base);
  const paths = isPath
    ? [target, `${target}.json`, join(target, "tsconfig.json")]
    : [base, `${base}.json`, `${base}/tsconfig.json`].map((name) => inPackage(name, from));
  const file = paths.find(
    (path) => path !== undefined && extname(path) === ".json" && existsSync(path),
  );
  if (file !== undefined) return file;
  throw new ExpectedError(`${from} extends ${JSON.stringify(base)}, which does not exist`, {
    remedy: isPath ? "Correct the path" : `Install it: npm install --save-dev ${base}`,
  });
}

function inPackage(name: string, from: string): string | undefined {
  const require = createRequire(from);
  try {
    return require.resolve(name);
  } catch {
    // It is not in `exports`, or has no extension that Node adds.
    const folders = require.resolve.paths(name) ?? [];
    return folders.map((folder) => join(folder, name)).find(existsSync);
  }
}

/** Paths are relative to their file or its baseUrl; they are rewritten to be relative to `place`. */
export function mergedOptions(chain: readonly string[], place: string): CompilerOptions {
  const all = chain.map((file) => ({ folder: dirname(file), options: read(file).compilerOptions }));
  const baseUrl = all
    .filter(({ options }) => typeof options?.baseUrl === "string")
    .map(({ folder, options }) => resolve(folder, options?.baseUrl as string))
    .at(-1);
  // A baseUrl above would lead out of the package; only names without a path need it.
  const isBelow = baseUrl !== undefined && isInside(baseUrl, place);
  const base = isBelow ? baseUrl : place;
  const paths = all
    .filter(({ options }) => options?.paths)
    .map(({ folder, options }) => rebased(options?.paths as Paths, baseUrl ?? folder, place, base))
    .at(-1);
  const { baseUrl: _, paths: __, ...others } = Object.assign({}, ...all.map((one) => one.options));
  return {
    ...others,
    ...(isBelow && { baseUrl: wayTo(baseUrl, place) }),
    ...(paths && { paths }),
  };
}

export interface CompilerOptions {
  readonly baseUrl?: string;
  readonly paths?: Paths;
}

type Paths = Readonly<Record<string, readonly string[]>>;

function rebased(paths: Paths, from: string, place: string, base: string): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([name, targets]) => [
      name,
      targets.map((target) => {
        const file = resolve(from, target.replace(configDirectory, place));
        return wayTo(file, base);
      }),
    ]),
  );
}

function wayTo(file: string, place: string): string {
  const way = relative(place, file);
  return way.startsWith(".") ? way : `./${way}`;
}

function read(file: string): Settings {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const string = String.raw`"(?:\\.|[^"\\])*"`;
  const plain = text
    .replaceAll(new RegExp(`(${string})|//[^\n]*|/\\*[^]*?\\*/`, "g"), "$1")
    .replaceAll(new RegExp(`(${string})|,(?=\\s*[}\\]])`, "g"), "$1");
  try {
    return JSON.parse(plain) as Settings;
  } catch (error) {
    throw new ExpectedError(`${file} is not valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
