// The text of events and results of the `string` convention, in the encoding of STDLAMBDA_ENCODING.
import { HostError } from "../errors.ts";
import type { TextEncoding } from "./encodings.ts";
import { loadEncodings } from "./load-encodings.ts";

export const utf8: TextEncoding = {
  decode: (bytes) => bytes.toString("utf8"),
  encode: (text) => Buffer.from(text),
};

/**
 * `label` is one of the Encoding standard's, in any case.
 * @throws HostError `Runtime.InvalidSetting` for any other.
 */
export async function textEncoding(label: string): Promise<TextEncoding> {
  if (/^(?:utf-?8)$/i.test(label)) return utf8;
  const encodings = await loadEncodings().catch((error: Error) => {
    throw new HostError(
      "Runtime.InvalidSetting",
      `STDLAMBDA_ENCODING=${label} is not possible with this layer: a thin one brings utf-8 alone. Use a full layer, or embed the host in the function (stdlambda build --embed).`,
      { cause: error },
    );
  });
  const found = encodings.encodingFor(label);
  if (found !== undefined) return found;
  throw new HostError(
    "Runtime.InvalidSetting",
    `STDLAMBDA_ENCODING=${label} is not possible. It must be a label of the Encoding standard (https://encoding.spec.whatwg.org/#names-and-labels), such as utf-8, latin1 or shift_jis.`,
  );
}
