// Whether a layer contains our host.
import { parseLayerVersionArn } from "../lambda/arns.ts";

/** By its name: `stdlambda`, or `stdlambda-thin-arm64`. */
export function isHostLayer(arn: string): boolean {
  return /^stdlambda(?:-(?:full|thin)\b.*)?$/.test(parseLayerVersionArn(arn)?.name ?? "");
}
