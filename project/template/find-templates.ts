// The templates of a folder: written by hand, or by a tool such as the CDK.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { statPath } from "../stat-path.ts";

export const templateNames = ["template.yaml", "template.yml", "template.json"];

/** What `cdk synth` writes; a stage has a folder of its own in it. */
const assembly = "cdk.out";
const stage = /^assembly-/;
const written = /\.template\.json$/;

/** Absolute paths. Those of one tool belong together; of those written by hand the first counts. */
export function findTemplates(folder: string): string[] {
  const named = templateNames
    .map((name) => join(folder, name))
    .filter((file) => statPath(file)?.isFile());
  if (named.length > 0) return named;
  const own = writtenTemplates(folder);
  return own.length > 0 ? own : writtenTemplates(join(folder, assembly));
}

/** Whether a tool wrote it, in which case all of its kind are read. */
export function isWritten(file: string): boolean {
  return written.test(file);
}

function writtenTemplates(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    const stats = statPath(path);
    if (stats?.isDirectory() && stage.test(name)) return writtenTemplates(path);
    return stats?.isFile() && written.test(name) ? [path] : [];
  });
}
