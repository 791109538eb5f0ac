// ARNs of functions, layers and roles: made and taken apart.

/** Whose resources an ARN names. */
export interface Home {
  readonly region: string;
  readonly accountId: string;
}

export function functionArn(home: Home, name: string, qualifier?: string): string {
  const arn = `arn:aws:lambda:${home.region}:${home.accountId}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

export function layerArn(home: Home, name: string, version?: number | "new"): string {
  const arn = `arn:aws:lambda:${home.region}:${home.accountId}:layer:${name}`;
  return version === undefined ? arn : `${arn}:${version}`;
}

export function capacityProviderArn(home: Home, name: string): string {
  return `arn:aws:lambda:${home.region}:${home.accountId}:capacity-provider:${name}`;
}

export const capacityProviderArnPattern =
  /^arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:capacity-provider:[a-zA-Z0-9-_]+$/;

/** A runtime's version belongs to no account. */
export function runtimeArn(region: string, version: string): string {
  return `arn:aws:lambda:${region}::runtime:${version}`;
}

export function roleArn(accountId: string, name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

export const roleArnPattern = /^arn:aws[a-zA-Z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;

export function isArn(text: string): boolean {
  return text.startsWith("arn:");
}

export interface LayerVersionArn extends Home {
  readonly name: string;
  readonly version: number;
}

/** For messages: what `parseLayerVersionArn` reads. */
export const layerVersionArnForm = "arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION";

/** Undefined for anything else, including the ARN of a layer without a version. */
export function parseLayerVersionArn(arn: string): LayerVersionArn | undefined {
  const [, region, accountId, name, version] =
    /^arn:[^:]+:lambda:([^:]+):(\d{12}):layer:([a-zA-Z0-9-_]+):(\d+)$/.exec(arn) ?? [];
  if (!region || !accountId || !name) return undefined;
  return { region, accountId, name, version: Number(version) };
}

/** FunctionName of Invoke: a name, a partial or a whole ARN, each with a qualifier or without. */
export const functionNamePattern =
  /^(?:(?<arn>arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?<region>[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_.]+)(?::(?<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)$/;

/** The same, in the form in which Lambda's messages show it. */
export const functionNameForm =
  "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

/** Whether a destination's ARN is that of a function. */
export const functionArnPattern = /^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:/;
