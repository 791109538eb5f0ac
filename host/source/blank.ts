// Blanks what is not code, so that a plain pattern can find an export or an import in a source text.

/**
 * The text with the contents of comments, strings, templates and regular expressions replaced by
 * spaces, with the same length and the same lines. Template expressions stay code. This is a
 * scanner, not a parser: it only has to find where strings end; the text is never run.
 */
export function blank(source: string): string {
  const pieces: string[] = [];
  // Depths of braces at which a template's `${` was opened.
  const templates: number[] = [];
  // For each open parenthesis, whether it holds a condition: a slash after that does not divide.
  const conditions: boolean[] = [];
  let afterCondition = false;
  let depth = 0;
  let codeStart = 0;
  let lastCode = "";
  let at = 0;

  function hide(from: number, to: number): void {
    pieces.push(source.slice(codeStart, from), source.slice(from, to).replaceAll(/[^\n]/g, " "));
    codeStart = to;
    at = to;
  }

  // Hides a template's text up to its end, or up to the next `${`.
  function hideTemplate(from: number): void {
    let end = from;
    while (end < source.length && source[end] !== "`") {
      if (source[end] === "$" && source[end + 1] === "{") {
        hide(from, end);
        templates.push(depth);
        depth++;
        at = end + 2;
        return;
      }
      end += source[end] === "\\" ? 2 : 1;
    }
    hide(from, Math.min(end, source.length));
    at++;
  }

  if (source.startsWith("#!")) hide(0, endOfLine(source, 0));
  while (at < source.length) {
    const character = source[at] as string;
    const next = source[at + 1];
    if (character === "/" && next === "/") {
      hide(at, endOfLine(source, at));
    } else if (character === "/" && next === "*") {
      const end = source.indexOf("*/", at + 2);
      hide(at, end === -1 ? source.length : end + 2);
    } else if (character === '"' || character === "'") {
      const end = endOfQuoted(source, at + 1, character);
      // It is not closed on its line: an apostrophe in JSX text.
      if (end === -1) at++;
      else {
        hide(at + 1, end);
        at++;
      }
      lastCode = character;
    } else if (character === "`") {
      lastCode = character;
      hideTemplate(at + 1);
    } else if (
      character === "/" &&
      (afterCondition || beginsRegularExpression(source, at, lastCode))
    ) {
      const end = endOfRegularExpression(source, at + 1);
      if (end === -1) at++;
      else {
        hide(at + 1, end);
        at++;
      }
      lastCode = ")";
    } else {
      if (character === "(")
        conditions.push(/\b(?:if|while|for|with)\s*$/.test(source.slice(Math.max(0, at - 12), at)));
      if (character === "{") depth++;
      if (character === "}") {
        depth--;
        if (templates.at(-1) === depth) {
          templates.pop();
          hideTemplate(at + 1);
          lastCode = "`";
          continue;
        }
      }
      if (character.trim() !== "") {
        lastCode = character;
        afterCondition = character === ")" && conditions.pop() === true;
      }
      at++;
    }
  }
  pieces.push(source.slice(codeStart));
  return pieces.join("");
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf("\n", from);
  return end === -1 ? source.length : end;
}

function endOfQuoted(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === quote) return at;
    if (source[at] === "\n") return -1;
    if (source[at] === "\\") at++;
  }
  return -1;
}

// A slash after a value divides, after `<` it closes an element of JSX; after an operator or a keyword
// it begins a regular expression.
function beginsRegularExpression(source: string, at: number, lastCode: string): boolean {
  const before = source.slice(Math.max(0, at - 20), at).trimEnd();
  if (/(?:\+\+|--|<)$/.test(before)) return false;
  if (!/[\w$)\]"'`]/.test(lastCode)) return true;
  return /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/.test(
    before,
  );
}

function endOfRegularExpression(source: string, from: number): number {
  let inClass = false;
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === "\n") return -1;
    if (character === "\\") at++;
    else if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if (character === "/" && !inClass) return at;
  }
  return -1;
}
