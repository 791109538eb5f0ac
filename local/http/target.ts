// What the request line of HTTP names: a path with a query, or a whole URL, as a client of a proxy sends.

export interface Target {
  /** `host:port` of a whole URL, which overrides the Host header (RFC 9112, 3.2.2). */
  readonly authority: string | undefined;
  /** As it came, without the query. */
  readonly path: string;
  /** As it came, without `?`. */
  readonly query: string;
}

const wholeUrl = /^https?:\/\/([^/?#]*)/i;

export function readTarget(url = "/"): Target {
  // Most targets are a path; a client that uses the service as a proxy sends more.
  const [start = "", authority] = url.startsWith("/") ? [] : (wholeUrl.exec(url) ?? []);
  const local = url.slice(start.length);
  const queryAt = local.indexOf("?");
  const path = queryAt < 0 ? local : local.slice(0, queryAt);
  return { authority, path: path || "/", query: queryAt < 0 ? "" : local.slice(queryAt + 1) };
}
