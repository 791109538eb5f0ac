// One request as the fake saw it; all times are `performance.now()` or, where it says so, epoch.
export interface RecordedRequest {
  method: string;
  path: string;
  rawHeaders: [name: string, value: string][];
  /** Lower-case names. */
  headers: Record<string, string>;
  trailers: Record<string, string>;
  /** One entry for each chunk of a chunked body, else for each read. `epochMs` is `Date.now()`. */
  chunks: { epochMs: number; bytes: Buffer }[];
  /** The whole body arrived. */
  complete: boolean;
  /** Which TCP connection, counted from 1. */
  connection: number;
  connectionClosed: boolean;
  arrivedAtMs: number;
  endedAtMs?: number;
  answeredAtMs?: number;
  status?: number;
}

/** The body that arrived, in one piece. */
export function bodyOf(request: RecordedRequest): Buffer {
  return Buffer.concat(request.chunks.map((chunk) => chunk.bytes));
}
