// Brackets in a text that `blank` has processed, so none of them is in a string or a comment.

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** The index of the bracket that closes the one at `from`, or the text's length. */
export function closingBracket(code: string, from: number): number {
  const waiting: string[] = [];
  for (let at = from; at < code.length; at++) {
    const character = code[at] as string;
    const closer = closers[character];
    if (closer !== undefined) waiting.push(closer);
    else if (character === waiting.at(-1)) waiting.pop();
    if (waiting.length === 0) return at;
  }
  return code.length;
}

/** The text with the contents of its brackets, `<>` of types included, replaced by spaces. */
export function topLevel(code: string): string {
  let depth = 0;
  let text = "";
  for (let at = 0; at < code.length; at++) {
    const character = code[at] as string;
    const previous = code[at - 1] ?? "";
    const opens = "([{".includes(character) || (character === "<" && /[\w$]/.test(previous));
    const closes = ")]}".includes(character) || (character === ">" && previous !== "=");
    if (closes && depth > 0) depth--;
    text += depth === 0 ? character : " ";
    if (opens) depth++;
  }
  return text;
}
