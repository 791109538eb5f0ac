// The head of an HTTP request in its plain form: a few known fields, each at most once. What is not
// exactly that is not read here at all: Node's own server reads it (plain-connection.ts).

/** A longer head is no plain one, in bytes; a signed request of AWS's clients has about 1,000. */
const maximumHeadBytes = 4096;
/** Heads remembered: a client sends the same one again and again, unless it signs each. */
const maximumRemembered = 100;

export interface PlainHead {
  readonly requestLine: string;
  /** By their lower-case names; without white space around the value. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where in the bytes the body begins, and where the request ends. */
  readonly bodyStart: number;
  readonly end: number;
}

interface Fields {
  readonly fields: Readonly<Record<string, string>>;
  readonly contentLength: number;
}

const endOfHead = Buffer.from("\r\n\r\n");

/**
 * Gives a reader of heads that have no other fields than `known` (and Host, Content-Length,
 * Connection: keep-alive). It gives undefined unless the bytes begin with one whole request, body
 * included.
 */
export function createHeadReader(
  known: readonly string[],
): (bytes: Buffer) => PlainHead | undefined {
  const names = new Set(["host", "content-length", "connection", ...known]);
  // To read them again would cost 1 to 2 us of the 60 of an invocation.
  const remembered = new Map<string, Fields>();

  function read(text: string): Fields | undefined {
    const found = remembered.get(text) ?? readFields(text, names);
    if (found === undefined) return undefined;
    if (remembered.size >= maximumRemembered) remembered.clear();
    remembered.set(text, found);
    return found;
  }

  return (bytes) => {
    const headEnd = bytes.indexOf(endOfHead);
    if (headEnd < 0 || headEnd > maximumHeadBytes) return undefined;
    const text = bytes.toString("latin1", 0, headEnd);
    const lineEnd = text.indexOf("\r\n");
    if (lineEnd < 0) return undefined;
    const found = read(text.slice(lineEnd));
    if (found === undefined) return undefined;
    const bodyStart = headEnd + endOfHead.length;
    const end = bodyStart + found.contentLength;
    if (end > bytes.length) return undefined;
    return { requestLine: text.slice(0, lineEnd), fields: found.fields, bodyStart, end };
  };
}

/** A field's name and its value; a folded line is none. */
const field = /^([\w-]+):[ \t]*([\x20-\x7e]*)$/;
const digits = /^\d{1,9}$/;

/** Undefined when a field changes how the request is to be read or answered, or is given twice. */
function readFields(text: string, names: ReadonlySet<string>): Fields | undefined {
  const fields: Record<string, string> = Object.create(null);
  for (const line of text.slice(2).split("\r\n")) {
    const [, given, padded] = field.exec(line) ?? [];
    if (given === undefined || padded === undefined) return undefined;
    const name = given.toLowerCase();
    // Transfer-Encoding, Expect, Upgrade, Origin, and whatever nobody thought of.
    if (!names.has(name) || name in fields) return undefined;
    fields[name] = padded.trimEnd();
  }
  const { host, connection, "content-length": length } = fields;
  if (host === undefined) return undefined;
  if (connection !== undefined && connection.toLowerCase() !== "keep-alive") return undefined;
  if (length !== undefined && !digits.test(length)) return undefined;
  return { fields, contentLength: Number(length ?? 0) };
}
