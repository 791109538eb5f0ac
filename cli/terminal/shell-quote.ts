// Text as one word of a shell.

/** Bare where that is safe. */
export function shellQuote(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
