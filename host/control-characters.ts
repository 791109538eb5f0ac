// Control characters: text that somebody else wrote must not steer a terminal, or end a header.

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ofAscii = /[\u0000-\u001f\u007f]/;
const ofAsciiButTab = /[\u0000-\u0008\u000a-\u001f\u007f]/g;
const ofUnicode = /[\u0000-\u001f\u007f-\u009f]/g;
const style = /\u001b\[[\d;]*m/g;
/** All but tabs, line feeds and the sequences of styles. */
const steering = /\u001b(?!\[[\d;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: the end

/** A space for each, so that what follows keeps its column. */
export function withoutControlCharacters(text: string): string {
  return text.replaceAll(ofUnicode, " ");
}

/** Of a file's name: only ASCII's, as tools that unpack refuse them. */
export function hasControlCharacter(name: string): boolean {
  return ofAscii.test(name);
}

/** As the value of a header, in which tabs are allowed. */
export function onOneLine(text: string): string {
  return text.replaceAll(ofAsciiButTab, " ");
}

/** As lines on a terminal: colours are kept, whatever else would steer it is not. */
export function withStylesOnly(text: string): string {
  return text.replaceAll(steering, " ");
}

export function withoutStyles(text: string): string {
  return text.replaceAll(style, "");
}
