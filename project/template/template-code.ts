// Where a template says the code of a function or a layer is: here, or out of reach.
import { resolve } from "node:path";
import { statPath } from "../stat-path.ts";
import { isMapValue, type TemplateMap, type TemplateValue } from "./parse-template.ts";
import { member } from "./resources.ts";

export type CodePlace =
  | { readonly path: string }
  /** Why there is nothing to run here. */
  | { readonly elsewhere: string };

/** `directory` is the template's; paths are relative to it. */
export function codePlace(code: TemplateValue | undefined, directory: string): CodePlace {
  if (code === undefined || code === null) return { path: directory };
  if (typeof code === "string") {
    if (code.startsWith("s3://")) return { elsewhere: `its code is on S3 (${code})` };
    return { path: resolve(directory, code) };
  }
  if (isMapValue(code)) {
    if (code.ZipFile !== undefined) return { elsewhere: "its code is in the template itself" };
    if (code.ImageUri !== undefined) return { elsewhere: "it is a container image" };
    if (code.S3Bucket !== undefined || code.Bucket !== undefined) {
      return { elsewhere: "its code is on S3" };
    }
  }
  return { elsewhere: `its code is not a path but ${JSON.stringify(code)}` };
}

/**
 * The folder or file that a tool has put in place of a property: the CDK writes templates whose
 * code is on S3, and beside it the path of the code before its upload (AWS CDK: "Metadata").
 */
export function assetPath(resource: TemplateMap, property: string): string | undefined {
  const metadata = member(resource, "Metadata");
  const path = metadata["aws:asset:path"];
  const isMeant = (metadata["aws:asset:property"] ?? property) === property;
  return isMeant && typeof path === "string" ? path : undefined;
}

export function isZip(path: string): boolean {
  return /\.(?:zip|jar)$/.test(path) && statPath(path)?.isFile() === true;
}
