// Texts in the encodings of the Encoding standard, beside Node's own decoder.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { textEncoding } from "../../../host/event/text-encoding.ts";

/** Labels in the standard's table, with a text that the encoding has. */
const texts: Readonly<Record<string, string>> = {
  "utf-8": "é€😀",
  UTF8: "é€😀",
  latin1: "é€œ",
  "ISO_8859-15": "é€œ",
  cp1251: "Привет",
  "koi8-r": "Привет",
  macintosh: "é†",
  "windows-1255": "שלום",
  shift_jis: "日本語カナ",
  "EUC-JP": "日本語",
  "iso-2022-jp": "日本語 and ASCII",
  "euc-kr": "한국어",
  gbk: "中文",
  gb18030: "中文😀",
  big5: "中文",
  "utf-16le": "é😀",
  "utf-16": "é😀",
};

describe("STDLAMBDA_ENCODING", () => {
  for (const [label, text] of Object.entries(texts)) {
    it(`${label} goes out as Node reads it, and comes back`, async () => {
      const encoding = await textEncoding(label);
      const bytes = Buffer.from(encoding.encode(text));
      assert.equal(new TextDecoder(label, { fatal: true }).decode(bytes), text);
      assert.equal(encoding.decode(bytes), text);
    });
  }

  it("writes UTF-16 in the order that is named", async () => {
    const { decode, encode } = await textEncoding("UTF-16BE");
    assert.deepEqual(Buffer.from(encode("é")), Buffer.from([0, 0xe9]));
    assert.equal(decode(Buffer.from([0, 0xe9])), "é");
  });

  it("writes what the encoding does not have as a reference, as the standard does", async () => {
    const latin = await textEncoding("latin1");
    assert.equal(
      Buffer.from(latin.encode("a日😀b\ud800")).toString(),
      "a&#26085;&#128512;b&#65533;",
    );
    const japanese = await textEncoding("shift_jis");
    assert.equal(japanese.decode(Buffer.from(japanese.encode("日😀"))), "日&#128512;");
  });

  it("keeps every byte of windows-1252", async () => {
    const { decode, encode } = await textEncoding("l1");
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    assert.deepEqual(Buffer.from(encode(decode(bytes))), bytes);
  });

  it("keeps a byte order mark", async () => {
    const { decode } = await textEncoding("utf-16le");
    assert.equal(decode(Buffer.from("feff", "hex").swap16()), "\ufeff");
  });

  for (const label of ["klingon", "replacement", "iso-2022-kr", "ucs-4"]) {
    it(`${label} is refused`, () =>
      assert.rejects(textEncoding(label), {
        type: "Runtime.InvalidSetting",
        message: /is not possible\. It must be a label of the Encoding standard/,
      }));
  }
});
