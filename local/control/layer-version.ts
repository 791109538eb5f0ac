// Finding a version of a layer by its ARN or by name and number.

import { isArn, layerArn } from "../../lambda/arns.ts";
import type { LayerVersionRecord } from "../store/records.ts";
import type { ControlContext } from "./context.ts";
import { invalidParameter } from "./errors.ts";

export interface LayerVersionName {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  /** The ARN of the layer, without the version. */
  readonly layer: string;
  readonly version: number;
}

/** The ARN has matched the model's pattern: `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`. */
export function parseLayerVersionArn(arn: string): LayerVersionName {
  const [, , , region = "", accountId = "", , name = "", version = ""] = arn.split(":");
  const layer = arn.slice(0, arn.lastIndexOf(":"));
  return { region, accountId, name, layer, version: Number(version) };
}

/** Undefined too for a layer of another account or region. */
export function findLayerVersion(
  context: ControlContext,
  arn: string,
): LayerVersionRecord | undefined {
  const { name } = parseLayerVersionArn(arn);
  return context.store.layers
    .get(name)
    ?.versions.find(({ LayerVersionArn }) => LayerVersionArn === arn);
}

/** A layer's name from `LayerName`, which may be the ARN of the layer; undefined: not this account's. */
export function layerNameOf(context: ControlContext, text: string): string | undefined {
  if (!isArn(text)) return text;
  const name = text.slice(text.lastIndexOf(":") + 1);
  return text === layerArn(context, name) ? name : undefined;
}

/** @throws ServiceError InvalidParameterValueException */
export function checkVersionNumber(version: number | undefined): void {
  if ((version ?? 0) < 1) throw invalidParameter("Layer Version Cannot be less than 1");
}
