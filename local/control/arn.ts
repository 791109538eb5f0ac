// The ARNs of this account's functions and layers.

/** Whose resources an ARN names. */
export interface Home {
  readonly region: string;
  readonly accountId: string;
}

export function functionArn(home: Home, name: string, qualifier?: string): string {
  const arn = `arn:aws:lambda:${home.region}:${home.accountId}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

export function layerArn(home: Home, name: string, version?: number): string {
  const arn = `arn:aws:lambda:${home.region}:${home.accountId}:layer:${name}`;
  return version === undefined ? arn : `${arn}:${version}`;
}
