// package.json and tsconfig.json above a folder that is served in place: there is nothing above
// /var/task.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { isInside } from "../../project/governing/is-inside.ts";
import { descriptionAbove } from "../../project/governing/package-description.ts";
import {
  mergedOptions,
  nearestSettings,
  settingsChain,
} from "../../project/governing/typescript-chain.ts";
import { statPath } from "../../project/stat-path.ts";

/** A file of this machine, and where the function sees it. */
export interface GoverningFile {
  readonly source: string;
  readonly target: string;
}

/**
 * The content that `stdlambda build` puts into a package, with paths relative to `taskRoot`;
 * `cache` is the folder for the files.
 * @throws ExpectedError when one of them is not valid
 */
export async function governingFiles(
  root: string,
  taskRoot: string,
  cache: string,
): Promise<GoverningFile[]> {
  const contents = [...packageContents(root, taskRoot), ...typescriptContents(root, taskRoot)];
  return Promise.all(
    contents.map(async ({ target, content }) => {
      const text = JSON.stringify(content);
      const name = createHash("sha256").update(text).digest("hex");
      const source = join(cache, "governing", `${name}-${basename(target)}`);
      await mkdir(dirname(source), { recursive: true });
      await writeFile(source, text);
      return { source, target };
    }),
  );
}

interface Content {
  readonly target: string;
  readonly content: object;
}

function packageContents(root: string, taskRoot: string): Content[] {
  if (statPath(join(root, "package.json")) !== undefined) return [];
  const description = descriptionAbove(root);
  if (description === undefined) return [];
  // Paths of files are relative to the folder of the package.json, which is the one above.
  const folder = basename(taskRoot);
  const content = mapStrings(description, (text) => text.replace(/^\.\//, `./${folder}/`));
  return [{ target: join(dirname(taskRoot), "package.json"), content: content as object }];
}

function typescriptContents(root: string, taskRoot: string): Content[] {
  const own = join(root, "tsconfig.json");
  const contentOf = (file: string) => ({ compilerOptions: optionsAt(taskRoot, file, root) });
  if (statPath(own) === undefined) {
    const above = nearestSettings(dirname(root));
    if (above === undefined) return [];
    return [{ target: join(dirname(taskRoot), "tsconfig.json"), content: contentOf(above) }];
  }
  return settingsChain(own)
    .filter((file) => !isInside(file, root) && !file.includes("/node_modules/"))
    .map((file) => ({
      target: resolve(taskRoot, relative(root, file)),
      content: contentOf(file),
    }));
}

/** Absolute paths, so that they hold wherever the file is seen. */
function optionsAt(taskRoot: string, file: string, root: string): object {
  const { baseUrl, paths, ...others } = mergedOptions(settingsChain(file), root);
  const base = resolve(taskRoot, baseUrl ?? ".");
  return {
    ...others,
    ...(baseUrl !== undefined && { baseUrl: base }),
    ...(paths && { paths: mapStrings(paths, (target) => resolve(base, target)) }),
  };
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((inner) => mapStrings(inner, change));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, inner]) => [name, mapStrings(inner, change)] as const,
  );
  return Object.fromEntries(entries);
}
