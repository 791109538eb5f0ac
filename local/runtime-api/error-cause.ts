// X-Ray's error cause: which parts are kept, and when it is dropped silently.

/** X-Ray's limit for one document, in bytes. */
const maximumCauseBytes = 64 * 1024;

/** Shares of each list and text to keep, tried in turn until the cause fits. */
const croppings = [1, 0.8, 0.6, 0.4, 0.2, 0];

/** The cause as it may be stored, or undefined when it is not a JSON object or is empty. */
export function readErrorCause(value: unknown): object | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { working_directory, exceptions, paths, message } = value as Record<string, unknown>;
  const cause: Record<string, unknown> = {
    working_directory: typeof working_directory === "string" ? working_directory : "",
    exceptions: Array.isArray(exceptions) ? exceptions : [],
    paths: Array.isArray(paths) ? paths : [],
    ...(typeof message === "string" && { message }),
  };
  if (Object.values(cause).every((part) => (part as string | unknown[]).length === 0)) {
    return undefined;
  }
  for (const share of croppings) {
    const cropped = crop(cause, share) as object;
    if (Buffer.byteLength(JSON.stringify(cropped)) <= maximumCauseBytes) return cropped;
  }
  return undefined;
}

/** The same for the header, which holds the cause as one line of JSON. */
export function readErrorCauseHeader(header: string | undefined): object | undefined {
  if (!header) return undefined;
  try {
    return readErrorCause(JSON.parse(header));
  } catch {
    // Lambda drops a cause it cannot read: the error itself must still reach the caller.
    return undefined;
  }
}

/** Lists keep their first items and texts their first characters, at every depth. */
function crop(value: unknown, share: number): unknown {
  if (share === 1) return value;
  if (typeof value === "string") return value.slice(0, Math.ceil(value.length * share));
  if (Array.isArray(value)) {
    return value.slice(0, Math.ceil(value.length * share)).map((item) => crop(item, share));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, crop(item, share)]));
}
