// The layers of a function: which versions they are, and whether code and layers together are small
// enough.

import type { Layer } from "@aws-sdk/client-lambda";
import { maximumLayers, maximumUnpackedBytes } from "../../lambda/limits.ts";
import type { AttachedLayer, Code } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter } from "./errors.ts";
import { findLayerVersion, parseLayerVersionArn } from "./layer-version.ts";

export interface FunctionLayers {
  readonly configured: Layer[];
  readonly attached: readonly AttachedLayer[];
}

/** @throws ServiceError InvalidParameterValueException */
export function functionLayers(arns: readonly string[], context: ControlContext): FunctionLayers {
  if (arns.length > maximumLayers) {
    throw invalidParameter(`Cannot reference more than ${maximumLayers} layers.`);
  }
  const seen = new Map<string, string>();
  for (const arn of arns) {
    const { region, layer } = parseLayerVersionArn(arn);
    const other = seen.get(layer);
    if (other !== undefined) {
      throw invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    seen.set(layer, arn);
    if (region !== context.region) {
      throw invalidParameter(
        `Layers are not in the same region as the function. Layers are expected to be in region ${context.region}.`,
      );
    }
  }
  const found = arns.map((arn) => {
    const version = findLayerVersion(context, arn);
    if (version === undefined) throw missing(arn, context);
    return version;
  });
  return {
    configured: found.map(({ LayerVersionArn, size }) => ({
      Arn: LayerVersionArn,
      CodeSize: size,
    })),
    attached: found.map(({ LayerVersionArn, sha256 }) => ({ arn: LayerVersionArn, sha256 })),
  };
}

/** @throws ServiceError InvalidParameterValueException when code and layers are too large together. */
export async function checkUnpackedSize(
  context: ControlContext,
  code: Code,
  layers: readonly AttachedLayer[],
): Promise<void> {
  // The code alone was measured when it was uploaded.
  if (layers.length === 0) return;
  // A folder that is served in place is measured when it is published.
  const own = code.kind === "zip" ? [code.sha256] : [];
  const sizes = await Promise.all(
    [...own, ...layers.map(({ sha256 }) => sha256)].map((sha256) =>
      context.store.code.unpackedSize(sha256),
    ),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= maximumUnpackedBytes) return;
  throw invalidParameter(
    `Function code combined with layers exceeds the maximum allowed size of ${maximumUnpackedBytes} bytes. The actual size is ${total} bytes.`,
  );
}

function missing(arn: string, context: ControlContext) {
  const foreign = parseLayerVersionArn(arn).accountId !== context.accountId;
  const hint = foreign
    ? ` The local service has the layers of account ${context.accountId} only: publish this layer to it with publish-layer-version.`
    : "";
  return invalidParameter(`Layer version ${arn} does not exist.${hint}`);
}
