// Where the Runtime API listens (AWS_LAMBDA_RUNTIME_API).

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, `[::1]:port` or a bare host (port 80).
 * @returns undefined for anything else.
 */
export function parseAddress(text: string): Address | undefined {
  const parts = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text);
  if (!parts) return undefined;
  const port = parts[3] === undefined ? 80 : Number(parts[3]);
  if (port < 1 || port > 65535) return undefined;
  return { host: (parts[1] ?? parts[2]) as string, port };
}

/** The Host line of a request; strict servers refuse an IPv6 address without its brackets. */
export function hostLine({ host, port }: Address): string {
  return `Host: ${host.includes(":") ? `[${host}]` : host}:${port}\r\n`;
}
