// Which project owns a deployed function, so that a deployment does not replace another project's
// without asking.

import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { GetFunctionCommand } from "@aws-sdk/client-lambda";
import { asTagValue } from "../lambda/names.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";

/** `stdlambda list` finds functions by this tag; its value is the version that deployed last. */
export const ownTag = "stdlambda";
/** The project that deployed the function. */
export const projectTag = "stdlambda-project";

/** The name in the nearest package.json of the repository, else that of the folder. */
export async function projectOf(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    const name = await packageName(join(place, "package.json"));
    if (name !== undefined) return asTagValue(name);
    const isTop = place === dirname(place) || (await exists(join(place, ".git")));
    if (isTop) return asTagValue(basename(folder));
  }
}

async function packageName(file: string): Promise<string | undefined> {
  try {
    const { name } = JSON.parse(await readFile(file, "utf8")) as { name?: unknown };
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch {
    // Missing, or invalid for npm too: the folder's name is used.
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * A sentence when the function exists and does not belong to the project. A function that a
 * deployment cannot change at all, an image or one that is served from its folder, is refused
 * later, with the reason.
 */
export async function foreignOwner(
  name: string,
  project: string,
  session: Session,
): Promise<string | undefined> {
  const command = new GetFunctionCommand({ FunctionName: name });
  const found = await orUndefined(session.client.send(command, callOptions(session)));
  if (found === undefined || found.Configuration?.PackageType === "Image") return undefined;
  if (found.Code?.Location?.startsWith("file:")) return undefined;
  const { [ownTag]: version, [projectTag]: other } = found.Tags ?? {};
  if (version === undefined) return `${name} exists, and stdlambda did not deploy it`;
  // Versions before 0.2 did not write the project.
  if (other === undefined || other === project) return undefined;
  return `${name} exists, and the project ${other} deployed it`;
}
