// Files of an image's layer: those of a package, with the folders around them.
import { stat } from "node:fs/promises";
import { ExpectedError } from "../../host/expected-error.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { checkPaths } from "../zip/package-paths.ts";

export interface ImageEntry {
  /** Relative to the root; a folder's ends with `/`. */
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly content?: PackageFile["content"];
}

/** Folders with a mode of their own, such as `tmp`; the others are 0755. */
export type FolderModes = Readonly<Record<string, number>>;

/** Sorted, and every folder before its content. */
export async function imageEntries(
  files: readonly PackageFile[],
  folders: FolderModes = {},
): Promise<ImageEntry[]> {
  const sorted = checkPaths(files);
  const whiteout = sorted.find(({ path }) => /(?:^|\/)\.wh\./.test(path));
  if (whiteout !== undefined) {
    throw new ExpectedError(
      `${whiteout.path} cannot be in an image: a name that begins with .wh. deletes a file of the layers below`,
      { remedy: "Rename it, or leave it out with --exclude" },
    );
  }
  const modes = new Map(Object.entries(folders));
  for (const { path } of sorted) {
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end);
      if (!modes.has(folder)) modes.set(folder, 0o755);
    }
  }
  const made = [...modes].map(([folder, mode]) => ({ path: `${folder}/`, mode, size: 0 }));
  const laid = await Promise.all(sorted.map(entryOf));
  return [...made, ...laid].sort((a, b) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
  );
}

async function entryOf({ path, content, executable }: PackageFile): Promise<ImageEntry> {
  if (content.kind === "link") return { path, mode: 0o777, size: 0, content };
  const size = content.kind === "bytes" ? content.bytes.length : (await stat(content.file)).size;
  return { path, mode: executable ? 0o755 : 0o644, size, content };
}

/** The same files below a folder. */
export function below(folder: string, files: readonly PackageFile[]): PackageFile[] {
  return files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
}
