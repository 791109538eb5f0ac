// Control characters: a terminal must not be steered by text that somebody else wrote.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/g;

/** A space for each, so that what follows keeps its column. */
export function withoutControlCharacters(text: string): string {
  return text.replaceAll(controlCharacters, " ");
}

/** Of a file's name: only ASCII's, as tools that unpack refuse them. */
export function hasControlCharacter(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(name);
}
