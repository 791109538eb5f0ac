// `--embed`: the host inside the function, so that it needs no layer.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { isForHost } from "../../host/languages/managed.ts";
import { whyNodeCannotStrip } from "../../host/source/typescript.ts";
import { usualNode } from "../../lambda/node.ts";
import { isLanguageRuntime } from "../../lambda/runtimes.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { PackageFile } from "../zip/package-file.ts";
import type { Findings } from "./findings.ts";
import type { PackageOptions } from "./function-package.ts";
import type { HandlerEntry } from "./handler-entry.ts";
import { defaultRuntimeSource, runtimeFiles } from "./runtime-files.ts";

/** With Node for an OS-only runtime; AWS's own Node runtimes start ours through their wrapper. */
export async function embeddedFiles(
  entry: HandlerEntry,
  { handler, root, runtime, environment }: DeclaredFunction,
  options: PackageOptions,
  findings: Findings,
): Promise<PackageFile[]> {
  const { architecture, bundle, onStep, runtimeSource } = options;
  if (entry.kind === "own-runtime") {
    findings.errors.push(
      "it has its own bootstrap, so it does not need the host's; build it without --embed",
    );
    return [];
  }
  const isLanguage = isLanguageRuntime(runtime);
  if (isLanguage && !isForHost(handler, (path) => existsSync(join(root, path)))) {
    findings.notices.push(
      `built without the host, because AWS's ${runtime} calls ${handler} itself`,
    );
    return [];
  }
  const bringsNode = runtime.startsWith("nodejs");
  const wrapper = "/var/task/bootstrap";
  if ((bringsNode || isLanguage) && environment.AWS_LAMBDA_EXEC_WRAPPER !== wrapper) {
    findings.notices.push(
      `on ${runtime} the embedded host needs the variable AWS_LAMBDA_EXEC_WRAPPER=${wrapper}`,
    );
  }
  const needsTsx =
    entry.kind === "node" &&
    !bundle &&
    environment.STDLAMBDA_TYPESCRIPT !== "node" &&
    whyNodeCannotStrip(entry.file) !== undefined;
  onStep?.(bringsNode ? "the host" : `the host and Node ${usualNode}`);
  const files = await runtimeFiles(
    {
      architecture,
      node: bringsNode ? undefined : usualNode,
      tsx: needsTsx,
      mode: "embedded",
    },
    runtimeSource ?? defaultRuntimeSource(options),
  );
  // In a layer npm packages are in nodejs/; here they belong at the top, like the function's own.
  return files.map((file) => ({
    ...file,
    path: file.path.replace(/^nodejs\/(?=node_modules\/)/, ""),
  }));
}
