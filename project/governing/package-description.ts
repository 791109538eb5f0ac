// A package.json above a function's folder: what it says about the files in there.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import { isInside } from "./is-inside.ts";

interface Description {
  readonly name?: string;
  readonly type?: string;
  readonly imports?: unknown;
  readonly exports?: unknown;
}

/** As a package.json in `root` would say it; undefined if none above says anything about it. */
export function descriptionAbove(root: string): Description | undefined {
  const above = folderAbove(dirname(root));
  const description = above === undefined ? {} : descriptionFor(root, above);
  return Object.keys(description).length === 0 ? undefined : description;
}

function folderAbove(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  return folder === dirname(folder) ? undefined : folderAbove(dirname(folder));
}

/** What a package.json above says about files in `root`: its type, and names that lead into it. */
function descriptionFor(root: string, above: string): Description {
  const { type, imports, exports, name } = read(join(above, "package.json"));
  const inside = (targets: unknown) => rebased(targets, above, root);
  const [ownImports, ownExports] = [inside(imports), inside(exports)];
  return {
    ...(ownExports !== undefined && { name, exports: ownExports }),
    ...((type === "module" || type === "commonjs") && { type }),
    ...(ownImports !== undefined && { imports: ownImports }),
  };
}

/** Undefined if nothing in it leads into `root`; names of packages are kept. */
function rebased(targets: unknown, above: string, root: string): unknown {
  if (typeof targets === "string") {
    if (!targets.startsWith("./")) return targets;
    const file = resolve(above, targets);
    return isInside(file, root) ? `./${relative(root, file)}` : undefined;
  }
  if (Array.isArray(targets)) {
    const kept = targets
      .map((target) => rebased(target, above, root))
      .filter((target) => target !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (typeof targets !== "object" || targets === null) return undefined;
  const kept = Object.entries(targets)
    .map(([name, target]) => [name, rebased(target, above, root)] as const)
    .filter(([, target]) => target !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function read(file: string): Description {
  try {
    return JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, "")) as Description;
  } catch (error) {
    throw new ExpectedError(`${file} is not valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
