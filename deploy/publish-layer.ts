// A layer version with a certain content: the existing one, or a new one.

import {
  GetLayerVersionCommand,
  type LayerVersionsListItem,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  type Runtime,
} from "@aws-sdk/client-lambda";
import { readableSize } from "../build/zip/readable-size.ts";
import { ExpectedError } from "../host/expected-error.ts";
import type { Architecture } from "../lambda/architectures.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";
import { type CodeZip, type UploadTarget, uploadCode } from "./upload.ts";

export interface LayerContent {
  readonly name: string;
  readonly zip: CodeZip;
  /** For people: what is in it, in a few words. */
  readonly description: string;
  readonly runtimes?: readonly string[];
  readonly architectures?: readonly Architecture[];
  readonly license?: string;
}

export interface FoundLayer {
  readonly arn: string;
  readonly version: number;
}

/** The version that already has this content; the newest one, if there are several. */
export async function findLayer(
  { name, zip }: LayerContent,
  session: Session,
): Promise<FoundLayer | undefined> {
  const { client } = session;
  const versions = await listVersions(name, session);
  // The description has the hash; somebody else's version may claim it as well, so the content is
  // compared.
  const marked = versions.filter(({ Description }) => Description?.includes(mark(zip)));
  for (const { Version, LayerVersionArn } of new Set([...marked, ...versions.slice(0, 1)])) {
    if (Version === undefined || LayerVersionArn === undefined) continue;
    const command = new GetLayerVersionCommand({ LayerName: name, VersionNumber: Version });
    const found = await orUndefined(client.send(command, callOptions(session)));
    if (found?.Content?.CodeSha256 !== zip.codeSha256) continue;
    return { arn: LayerVersionArn, version: Version };
  }
  return undefined;
}

/** Publishes unless this content is already there. */
export async function publishLayer(
  layer: LayerContent,
  target: UploadTarget | undefined,
  session: Session,
): Promise<FoundLayer & { readonly isNew: boolean }> {
  const { name, zip, description, runtimes, architectures, license } = layer;
  session.steps.step(`Looking for the layer ${name}`);
  const found = await findLayer(layer, session);
  if (found !== undefined) return { ...found, isNew: false };
  const content = await uploadCode(zip, target, session);
  session.steps.step(`Publishing the layer ${name}, ${readableSize(zip.bytes)}`);
  const command = new PublishLayerVersionCommand({
    LayerName: name,
    Description: `${description} ${mark(zip)}`.slice(-256).trim(),
    Content: content,
    ...(runtimes && { CompatibleRuntimes: runtimes as Runtime[] }),
    ...(architectures && { CompatibleArchitectures: [...architectures] }),
    ...(license && { LicenseInfo: license }),
  });
  const { LayerVersionArn, Version, Content } = await session.client.send(
    command,
    callOptions(session),
  );
  if (LayerVersionArn === undefined || Version === undefined) {
    throw new ExpectedError(`the service published the layer ${name} without returning its ARN`);
  }
  if (Content?.CodeSha256 !== zip.codeSha256) {
    throw new ExpectedError(
      `the layer ${LayerVersionArn} differs from what was sent (CodeSha256 ${Content?.CodeSha256}, not ${zip.codeSha256})`,
      { remedy: "Delete it and run the command again" },
    );
  }
  session.onDone(`published the layer ${LayerVersionArn}`);
  return { arn: LayerVersionArn, version: Version, isNew: true };
}

/** Newest first. */
export async function listVersions(
  name: string,
  session: Session,
): Promise<readonly LayerVersionsListItem[]> {
  const versions: LayerVersionsListItem[] = [];
  let Marker: string | undefined;
  do {
    const command = new ListLayerVersionsCommand({ LayerName: name, Marker });
    const answer = await orUndefined(session.client.send(command, callOptions(session)));
    versions.push(...(answer?.LayerVersions ?? []));
    Marker = answer?.NextMarker;
  } while (Marker !== undefined);
  return versions.sort((a, b) => (b.Version ?? 0) - (a.Version ?? 0));
}

function mark({ codeSha256 }: CodeZip): string {
  return `sha256:${codeSha256}`;
}
