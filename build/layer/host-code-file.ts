// The host's compiled code as a file of a layer or a function, made by the same Node that will read
// it.
import type { PackageFile } from "../zip/package-file.ts";
import { compileHost } from "./compiled-host.ts";
import type { NodeFiles } from "./node-files.ts";
import type { PackageSource } from "./pinned-package.ts";
import { withLibraries } from "./with-libraries.ts";

/** Undefined if that Node does not run on this machine: then a start is 3 ms longer. */
export async function hostCodeFile(
  host: readonly PackageFile[],
  { files, program }: NodeFiles,
  { env, signal }: PackageSource,
): Promise<PackageFile | undefined> {
  const script = host.find(({ path }) => path === "stdlambda/host.js")?.content;
  if (script?.kind !== "bytes") throw new Error("the host's files have no stdlambda/host.js");
  const code = await withLibraries(files, env, (variables) =>
    compileHost(script.bytes, { node: program, env: variables, signal }),
  );
  if (code === undefined) return undefined;
  const content = { kind: "bytes", bytes: code } as const;
  return { path: "stdlambda/host.code", content, executable: false };
}
