// How scripts and functions find the npm packages of a layer: NODE_PATH, which AWS's Node runtimes
// set, works only for require, and provided.al2023 does not set it.
import { packageText } from "../function/package-content.ts";
import type { PackageFile } from "../zip/package-file.ts";

/**
 * bootstrap makes every Node load this file if it is there, so only layers with packages pay for
 * it.
 */
const path = "stdlambda/layer-packages.cjs";

const script = `// Looks for a package in the layer, too, after everywhere else.
"use strict";
const { createRequire, registerHooks } = require("node:module");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

const layer = pathToFileURL(join(__dirname, "../nodejs/index.js")).href;
const fromLayer = createRequire(layer);

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      const isMissing = error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND";
      const isPackage = !/^(?:[./#]|[\\w-]+:)/.test(specifier);
      if (!isMissing || !isPackage || context.parentURL === layer) throw error;
      try {
        return context.conditions.includes("require")
          ? nextResolve(fromLayer.resolve(specifier), context)
          : nextResolve(specifier, { ...context, parentURL: layer });
      } catch {
        throw error; // Of where the script itself looked.
      }
    }
  },
});
`;

/** The files that are needed in addition to `files`, the layer's content so far. */
export function packageResolution(files: readonly PackageFile[]): readonly PackageFile[] {
  const packages = /^nodejs\/node_modules\/(?!tsx\/)/;
  return files.some((file) => packages.test(file.path)) ? [packageText(path, script)] : [];
}
