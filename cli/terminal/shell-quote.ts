// Text as one word of a shell.

/** Without quotes if that is safe. */
export function shellQuote(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
