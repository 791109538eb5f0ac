// Text in which `*` matches any characters.

/** Looks from left to right only, so that many stars cost no more than one. */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const [head = "", ...parts] = pattern.split("*");
  const tail = parts.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(head)) return false;
    let position = head.length;
    for (const part of parts) {
      const found = text.indexOf(part, position);
      if (found === -1) return false;
      position = found + part.length;
    }
    return text.length - tail.length >= position && text.endsWith(tail);
  };
}
