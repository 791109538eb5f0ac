// The packages that an installed package needs on Lambda.
import { type Architecture, nodeArchitectures } from "../../../lambda/architectures.ts";
import { findPackage, type InstalledPackage, readDescription } from "./npm-location.ts";

/**
 * The installed packages that package.json names or the package imports, sorted: a package may import
 * one that happens to be hoisted, or is generated beside it, without declaring it.
 */
export function dependenciesOf(
  directory: string,
  imported: readonly InstalledPackage[],
  architecture: Architecture,
  warnings: string[],
): InstalledPackage[] {
  const description = readDescription(directory);
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = description;
  const { peerDependenciesMeta = {} } = description;
  const found: InstalledPackage[] = [];
  const others: string[] = [];
  let fitting = 0;
  const names = new Set([
    ...Object.keys(dependencies),
    ...Object.keys(optionalDependencies),
    // An optional peer is needed only if it is imported, see below.
    ...Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional),
    ...imported.map(({ name }) => name),
  ]);
  for (const name of [...names].sort()) {
    const installed = findPackage(name, directory);
    if (installed === undefined) {
      if (name in dependencies && !(name in optionalDependencies)) {
        warnings.push(
          `${directory} depends on the package ${name}, which is not installed; run npm install, or pass --external ${name} if a layer provides it`,
        );
      }
      continue;
    }
    const needed = readDescription(installed.directory);
    const isForPlatform = needed.os !== undefined || needed.cpu !== undefined;
    const fits =
      allows(needed.os, "linux") &&
      allows(needed.cpu, nodeArchitectures[architecture]) &&
      allows(needed.libc, "glibc");
    if (fits) found.push(installed);
    if (name in optionalDependencies && isForPlatform) {
      if (fits) fitting++;
      else others.push(name);
    }
  }
  if (fitting === 0 && others.length > 0) {
    warnings.push(
      `${directory} has only ${others.join(", ")} installed, which cannot run on Lambda (${architecture}); install the right one: npm install --os=linux --cpu=${nodeArchitectures[architecture]} --libc=glibc`,
    );
  }
  return found;
}

/** npm's own rule for `os`, `cpu` and `libc`: a list of names, or of names with `!`. */
function allows(list: readonly string[] | string | undefined, value: string): boolean {
  const names = typeof list === "string" ? [list] : (list ?? []);
  if (names.length === 0 || names.includes(value) || names.includes("any")) return true;
  return names.every((name) => name.startsWith("!")) && !names.includes(`!${value}`);
}
