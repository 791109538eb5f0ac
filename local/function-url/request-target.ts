// The target of an HTTP request, taken apart into what an event says of it.

export interface RequestTarget {
  /** As the client sent it, percent-encoded, without the service's own prefix. */
  readonly rawPath: string;
  /** The same with its escapes decoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly rawQueryString: string;
  /** Decoded, repeated names joined by commas; undefined without any. */
  readonly queryStringParameters: Record<string, string> | undefined;
}

/**
 * `target` is from the request line; `prefix` is the part of its path that belongs to the service.
 */
export function requestTarget(target: string, prefix: string): RequestTarget {
  // A client that takes the service for a proxy sends the whole URL.
  const local = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
  const mark = local.indexOf("?");
  const whole = mark === -1 ? local : local.slice(0, mark);
  const rawQueryString = mark === -1 ? "" : local.slice(mark + 1);
  const rest = whole.startsWith(prefix) ? whole.slice(prefix.length) : whole;
  const rawPath = rest.startsWith("/") ? rest : `/${rest}`;
  return {
    rawPath,
    path: decodePath(rawPath),
    rawQueryString,
    queryStringParameters: parameters(rawQueryString),
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // Not valid escapes: handed on as they are.
  }
}

function parameters(query: string): Record<string, string> | undefined {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return values.size === 0 ? undefined : Object.fromEntries(values);
}
