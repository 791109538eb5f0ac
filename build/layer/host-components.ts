// The components of the host for the bill of materials: our own, and what is bundled with it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { version } from "../../host/version.ts";
import { type Component, npmComponent } from "./bill-of-materials.ts";

/** `encodings`: whether the tables of text encodings are there; a thin layer has none. */
export function hostComponents({ encodings }: { readonly encodings: boolean }): Component[] {
  const { resolve } = createRequire(import.meta.url);
  const files = ["undici/package.json", ...(encodings ? ["@exodus/bytes/encoding.js"] : [])];
  const bundled = files.map((file) => {
    const manifest = join(dirname(resolve(file)), "package.json");
    return JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
  });
  return [
    npmComponent("stdlambda", version, "MIT", undefined),
    ...bundled.map(({ name, version, license }) => npmComponent(name, version, license, undefined)),
  ];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}
