// `stdlambda layer publish`: a layer version with the host, published unless it exists.

import { basename, resolve } from "node:path";
import { hostLayer } from "../../../deploy/host-layer.ts";
import { readLayerBill } from "../../../deploy/layer-bill.ts";
import { findLayer, type LayerContent, publishLayer } from "../../../deploy/publish-layer.ts";
import { describeZip, requireUploadable } from "../../../deploy/upload.ts";
import { incorrectUsage } from "../../../host/expected-error.ts";
import type { Architecture } from "../../../lambda/architectures.ts";
import { asName } from "../../../lambda/names.ts";
import { type ServiceOptions, withSession } from "../../service/deploy-session.ts";
import type { Surroundings } from "../../terminal/surroundings.ts";
import { type LayerFlags, requireFullForNode } from "../layer-options.ts";

export interface LayerPublishOptions extends ServiceOptions, LayerFlags {
  readonly zip?: string;
  readonly name?: string;
  readonly s3Bucket?: string;
  readonly dryRun?: boolean;
}

/** Prints the ARN: the same one as before when this content is published already. */
export function layerPublish(
  options: LayerPublishOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { mode, node, zip } = options;
  if (zip === undefined) requireFullForNode(options);
  return withSession(options, surroundings, async (session) => {
    const made =
      zip === undefined
        ? await hostLayer(mode, options.arch, { env: surroundings.env, ...session }, node)
        : await givenLayer(zip);
    const layer = { ...made, ...(options.name !== undefined && { name: options.name }) };
    const target = session.uploadTarget(options.s3Bucket);
    requireUploadable(layer.zip, target);
    const found = options.dryRun
      ? await findLayer(layer, session)
      : await publishLayer(layer, target, session);
    await session.print(`${describe(layer, found, options)}\n`);
    return 0;
  });
}

async function givenLayer(path: string): Promise<LayerContent> {
  const file = resolve(path);
  const zip = await describeZip(file).catch((error: Error) => {
    throw incorrectUsage(`the layer ${path} cannot be read: ${error.message}`, {
      remedy: "stdlambda layer build writes one",
    });
  });
  const bill = await readLayerBill(file);
  if (bill === undefined) {
    const name = asName(basename(path, ".zip"));
    return { name, zip, description: `The layer ${basename(path)}.` };
  }
  const { mode, architecture, node, stdlambda, compatibleRuntimes } = bill;
  return {
    name: `stdlambda-${mode}-${architecture}`,
    zip,
    description: `stdlambda ${stdlambda}, ${mode}, ${architecture}${node ? `, Node ${node}` : ""}.`,
    runtimes: compatibleRuntimes,
    architectures: [architecture as Architecture],
    license: "MIT",
  };
}

function describe(
  layer: LayerContent,
  found: { arn: string; version: number; isNew?: boolean } | undefined,
  { json, dryRun = false }: LayerPublishOptions,
): string {
  const { name, zip, runtimes, architectures } = layer;
  if (json) {
    const isNew = found?.isNew ?? found === undefined;
    const { codeSha256, bytes } = zip;
    const facts = { name, arn: found?.arn, version: found?.version, isNew, dryRun };
    return JSON.stringify({ ...facts, codeSha256, bytes, runtimes, architectures }, null, 2);
  }
  return found?.arn ?? `${name} would get a new version`;
}
