// Where the code of a function or a layer lies, when a template says so: here, or out of reach.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isMapValue, type TemplateValue } from "./parse-template.ts";

export type CodePlace =
  | { readonly path: string }
  /** A sentence's end: why there is nothing to run here. */
  | { readonly elsewhere: string };

/** `directory` is the template's; paths are relative to it. */
export function codePlace(code: TemplateValue | undefined, directory: string): CodePlace {
  if (code === undefined || code === null) return { path: directory };
  if (typeof code === "string") {
    if (code.startsWith("s3://")) return { elsewhere: `its code is on S3 (${code})` };
    return { path: resolve(directory, code) };
  }
  if (isMapValue(code)) {
    if (code.ZipFile !== undefined) return { elsewhere: "its code stands in the template" };
    if (code.ImageUri !== undefined) return { elsewhere: "it is an image" };
    if (code.S3Bucket !== undefined || code.Bucket !== undefined) {
      return { elsewhere: "its code is on S3" };
    }
  }
  return { elsewhere: `its code is no path but ${JSON.stringify(code)}` };
}

export function isZip(path: string): boolean {
  return (
    /\.(?:zip|jar)$/.test(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true
  );
}
