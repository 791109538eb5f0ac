// A project's name from its folder's: one that npm, CloudFormation and SQS all take.
import { basename } from "node:path";

/** Letters, digits and hyphens, a letter first; at most 40 of them, as names are made of it. */
export function projectName(folder: string): string {
  const name = basename(folder)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return name === "" ? "my-function" : name;
}
