// Which files a bare handler may mean, in the order of the rules. Pure: no file is looked at.
import { posix } from "node:path";
import { type Language, languages } from "../languages/table.ts";
import { nodeExtensions } from "./extensions.ts";

/** One way to read `<file>.<export>`. */
export interface ModuleCandidate {
  /** The file without its extension, such as `src/app`. */
  readonly stem: string;
  /** Nested names joined with dots, such as `api.get`. */
  readonly exportPath: string;
}

/**
 * Splits the base name at its dots, the longest file part first; `aws` splits at the first dot only,
 * as AWS's Node runtime does. The directory is taken as it is.
 */
export function moduleCandidates(text: string, rules: "longest" | "aws"): ModuleCandidate[] {
  const directory = posix.dirname(text);
  const base = posix.basename(text);
  const parts = base.split(".");
  const candidates: ModuleCandidate[] = [];
  for (let count = parts.length - 1; count >= 1; count--) {
    const file = parts.slice(0, count).join(".");
    const exportPath = parts.slice(count).join(".");
    // `PATH#EXPORT` is another form.
    if (file === "" || exportPath.split(".").includes("") || exportPath.includes("#")) continue;
    const stem = directory === "." && !text.startsWith("./") ? file : posix.join(directory, file);
    candidates.push({ stem, exportPath });
  }
  return rules === "aws" ? candidates.slice(-1) : candidates;
}

/** The files that may hold a module, in the order in which they are looked for. */
export function moduleFiles(stem: string): string[] {
  return nodeExtensions.map((extension) => stem + extension);
}

/** The files of other languages that may hold it, in the order in which they are looked for. */
export function languageFiles(stem: string): string[] {
  return languages.flatMap((language) => filesOf(language, stem));
}

/** The files of one language. */
export function filesOf({ extensions, dotsAreFolders, packageFile }: Language, stem: string) {
  const base = posix.basename(stem);
  const stems = [stem];
  if (dotsAreFolders && base.includes(".")) {
    stems.push(posix.join(posix.dirname(stem), base.replaceAll(".", "/")));
  }
  return stems.flatMap((name) => [
    ...extensions.map((extension) => name + extension),
    ...(packageFile === undefined ? [] : [`${name}/${packageFile}`]),
  ]);
}

export function looksLikeExpression(text: string): boolean {
  return text.includes("=>") || text.includes("(");
}
