// tsx for scripts that Node cannot strip, with its own esbuild: where the host looks for it, and
// out of the way of an esbuild that the user brings.
import type { Architecture } from "../../lambda/architectures.ts";
import { packageContent } from "../function/package-content.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { type Component, npmComponent } from "./bill-of-materials.ts";
import { pinnedTsx } from "./lock.ts";
import { type PackageSource, pinnedPackage } from "./pinned-package.ts";

export interface TsxFiles {
  readonly files: readonly PackageFile[];
  readonly components: readonly Component[];
}

export async function tsxFiles(
  architecture: Architecture,
  source: PackageSource,
): Promise<TsxFiles> {
  const files: PackageFile[] = [];
  const components: Component[] = [];
  for (const pinned of pinnedTsx(architecture)) {
    const folder = pinned.package === "tsx" ? "tsx" : `tsx/node_modules/${pinned.package}`;
    for (const [name, file] of await pinnedPackage(pinned, source)) {
      files.push(packageContent(`nodejs/node_modules/${folder}/${name}`, file));
    }
    const { version, licence, integrity } = pinned;
    components.push(npmComponent(pinned.package, version, licence, integrity));
  }
  return { files, components };
}
