// A line of JSON for each request that was answered or given up.

export interface AccessRecord {
  readonly method: string;
  /** As it came, without the query, which may hold what is secret. */
  readonly path: string;
  readonly function: string | undefined;
  /** 499: the client had gone. */
  readonly status: number;
  readonly durationMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly remoteAddress: string | undefined;
  readonly requestId: string | undefined;
  readonly traceId: string | undefined;
  readonly errorType: string | undefined;
}

/** Lines of one turn are written together. */
export function createAccessLog(write: (text: string) => void): (record: AccessRecord) => void {
  let held = "";
  const flush = () => {
    const text = held;
    held = "";
    write(text);
  };
  return (record) => {
    if (held === "") setImmediate(flush);
    held += `${JSON.stringify({ time: new Date().toISOString(), type: "access", ...record })}\n`;
  };
}
