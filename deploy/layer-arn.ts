// The ARN of a layer's version, taken apart.

export interface LayerVersionArn {
  readonly region: string;
  readonly account: string;
  readonly name: string;
  readonly version: number;
}

/** Undefined for what is none. */
export function parseLayerVersionArn(arn: string): LayerVersionArn | undefined {
  const [, region, account, name, version] =
    /^arn:[^:]+:lambda:([^:]+):(\d{12}):layer:([a-zA-Z0-9-_]+):(\d+)$/.exec(arn) ?? [];
  if (!region || !account || !name) return undefined;
  return { region, account, name, version: Number(version) };
}

/** Whether the layer brings our host, by its name: `stdlambda`, or `stdlambda-thin-arm64`. */
export function isHostLayer(arn: string): boolean {
  return /^stdlambda(?:-(?:full|thin)\b.*)?$/.test(parseLayerVersionArn(arn)?.name ?? "");
}
