// Text that is safe as the value of a header.

/** No byte of a script may end a header line: what is not printable ASCII becomes "?". */
export function headerValue(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
