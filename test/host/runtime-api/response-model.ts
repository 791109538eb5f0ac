// Responses as fast-check makes them, their bytes, and ways to cut those.
import fc from "fast-check";

export interface ResponseModel {
  readonly status: number;
  /** How many interim answers come before it. */
  readonly interim: number;
  /** Lower-case names. */
  readonly fields: readonly (readonly [string, string])[];
  readonly framing: "sized" | "chunked" | "until-close" | "none";
  readonly body: Buffer;
  readonly chunkSize: number;
}

const framed = new Set(["content-length", "transfer-encoding", "connection", "trailer"]);

const fieldName = fc
  .stringMatching(/^[a-z!#$%&'*+\-.^_`|~\d]{1,12}$/)
  .filter((name) => !framed.has(name));

const fieldValue = fc
  .string({ unit: "binary", maxLength: 30 })
  .map((text) => text.replaceAll(/[\r\n\0]/g, "").replaceAll(/^[ \t]+|[ \t]+$/g, ""));

/** `untilClose: false` leaves out what only the end of the connection ends. */
export function responseModel({ untilClose = true } = {}): fc.Arbitrary<ResponseModel> {
  const framings = ["sized", "chunked", "none", ...(untilClose ? (["until-close"] as const) : [])];
  return fc
    .record({
      status: fc.constantFrom(200, 202, 299, 400, 403, 413, 500, 999),
      interim: fc.constantFrom(0, 0, 0, 1, 3),
      fields: fc.uniqueArray(fc.tuple(fieldName, fieldValue), {
        selector: ([name]) => name,
        maxLength: 5,
      }),
      framing: fc.constantFrom(...(framings as ResponseModel["framing"][])),
      body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      chunkSize: fc.integer({ min: 1, max: 100 }),
    })
    .map((model) =>
      model.framing === "none" ? { ...model, status: 204, body: Buffer.alloc(0) } : model,
    );
}

export function encode(model: ResponseModel): Buffer {
  const { status, interim, fields, framing, body, chunkSize } = model;
  const lines = [
    `HTTP/1.1 ${status} Any Reason`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  if (framing === "sized") lines.push(`Content-Length: ${body.length}`);
  if (framing === "chunked") lines.push("Transfer-Encoding: chunked", "Trailer: x-end");
  const head = `${lines.join("\r\n")}\r\n\r\n`;
  const before = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(interim);
  return Buffer.concat([
    Buffer.from(before + head),
    framing === "chunked" ? chunks(body, chunkSize) : body,
  ]);
}

function chunks(body: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    // Sizes in both cases, with leading zeros and extensions.
    const digits = part.length.toString(16).padStart((at % 3) + 1, "0");
    const extension = ["", ";a=b", ' ; q="x;y"'][at % 3] as string;
    parts.push(Buffer.from(`${at % 2 ? digits.toUpperCase() : digits}${extension}\r\n`), part);
    parts.push(Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\nX-End: 1\r\nx-other: 2\r\n\r\n")]);
}

/** Places to cut at, as shares of the whole. */
export function cuts(): fc.Arbitrary<number[]> {
  return fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
}

export function cut(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const places = positions.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}
