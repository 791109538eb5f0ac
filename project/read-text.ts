// A text file, whatever an editor or a shell on Windows has put at its start.
import { readFile } from "node:fs/promises";

/** Without its byte order mark; a mark of UTF-16 decides how the rest is read. */
export async function readText(file: string): Promise<string> {
  return decodeText(await readFile(file));
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** The mark names the encoding; the decoder removes it. */
export function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
