// All encodings of the Encoding standard but UTF-8, in both directions: Node has only the way in. Loaded
// for functions that ask for one; a bundle of its own in a layer.
import { labelToName, normalizeEncoding, TextDecoder } from "@exodus/bytes/encoding.js";
import { createMultibyteEncoder } from "@exodus/bytes/multi-byte.js";
import { createSinglebyteEncoder } from "@exodus/bytes/single-byte.js";

export interface TextEncoding {
  decode(bytes: Buffer): string;
  encode(text: string): Uint8Array;
}

type Encode = (text: string) => Uint8Array;

const multiByte = /^(?:gbk|gb18030|big5|euc-jp|iso-2022-jp|shift_jis|euc-kr)$/;

/** Undefined for what is not a label, and for `replacement`, which only decodes. */
export function encodingFor(label: string): TextEncoding | undefined {
  const name = normalizeEncoding(label);
  if (name === null || name === "replacement" || labelToName(label) === null) return undefined;
  // A byte order mark is a part of the text, as it is in UTF-8 here.
  const decoder = new TextDecoder(name, { ignoreBOM: true });
  return { decode: (bytes) => decoder.decode(bytes), encode: encoderFor(name) };
}

function encoderFor(name: string): Encode {
  if (name === "utf-8") return (text) => Buffer.from(text);
  if (name === "utf-16le") return (text) => Buffer.from(text.toWellFormed(), "utf16le");
  if (name === "utf-16be") {
    return (text) => Buffer.from(text.toWellFormed(), "utf16le").swap16();
  }
  const encode = multiByte.test(name)
    ? createMultibyteEncoder(name)
    : createSinglebyteEncoder(name);
  return (given) => {
    const text = given.toWellFormed();
    try {
      return encode(text);
    } catch {
      return withReferences(text, encode);
    }
  };
}

/** The standard's error mode for documents: what the encoding does not have is `&#N;`. */
function withReferences(text: string, encode: Encode): Uint8Array {
  const mapped = Array.from(text, (character) => {
    try {
      encode(character);
      return character;
    } catch {
      return `&#${character.codePointAt(0)};`;
    }
  });
  return encode(mapped.join(""));
}
