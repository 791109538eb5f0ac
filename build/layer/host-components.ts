// The components of the host for the bill of materials: our own, and what is bundled with it.
import { createRequire } from "node:module";
import { version } from "../../host/version.ts";
import { type Component, npmComponent } from "./bill-of-materials.ts";

export function hostComponents(): Component[] {
  const require = createRequire(import.meta.url);
  const undici = require("undici/package.json") as { version: string; license: string };
  return [
    npmComponent("stdlambda", version, "MIT", undefined),
    npmComponent("undici", undici.version, undici.license, undefined),
  ];
}
