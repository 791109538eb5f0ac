// Writes a project's files into a folder, without touching what is there.

import { lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { incorrectUsage } from "../../host/expected-error.ts";
import type { ProjectFile } from "./project-files.ts";

/**
 * Creates the folder if it is missing. A file that already has the right content is left alone, so
 * that an interrupted run can be repeated.
 * @throws ExpectedError when a file would replace another one, or a folder.
 */
export async function writeProject(folder: string, files: readonly ProjectFile[]): Promise<void> {
  const missing: ProjectFile[] = [];
  const clashes = new Set<string>();
  for (const file of files) {
    const obstacle = await obstacleOf(folder, file);
    if (obstacle === undefined) missing.push(file);
    else if (obstacle !== "the same") clashes.add(obstacle.path);
  }
  if (clashes.size > 0) {
    const paths = [...clashes].sort().map((path) => `\n  ${path}`);
    throw incorrectUsage(
      `${folder} has other files with these names, and no file is overwritten:${paths.join("")}`,
      { remedy: "Move them away, or name another folder" },
    );
  }
  for (const { path, text, executable } of missing) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    // "wx": even a file that came in the meantime is not overwritten.
    await writeFile(file, text, { flag: "wx", mode: executable ? 0o777 : 0o666 });
  }
}

/** The path itself, or the first of its parents that is not a folder. */
async function obstacleOf(
  folder: string,
  { path, text }: ProjectFile,
): Promise<{ path: string } | "the same" | undefined> {
  const segments = path.split("/");
  for (let length = 1; length <= segments.length; length++) {
    const part = segments.slice(0, length).join("/");
    const place = join(folder, part);
    const stats = await lstat(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (stats === undefined) return undefined;
    if (length < segments.length) {
      if (!stats.isDirectory()) return { path: part };
    } else {
      const isSame = stats.isFile() && (await readFile(place, "utf8")) === text;
      return isSame ? "the same" : { path };
    }
  }
  return undefined;
}
