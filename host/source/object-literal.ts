// A member of an object literal, found in a text and the same text blanked.
import { closingBracket } from "./brackets.ts";
import { parts } from "./declarations.ts";

interface Member {
  /** What follows the colon, or the shorthand's own name. */
  readonly value: string;
  readonly isMethod: boolean;
}

interface Found {
  readonly found: Member | undefined;
  /** `...require("./lib")` and `...lib`. */
  readonly spreads: readonly { readonly specifier?: string; readonly variable?: string }[];
}

/** The last member of that name counts, as when the literal is evaluated. */
export function memberOf(
  { text, code }: { text: string; code: string },
  open: number,
  name: string,
): Found {
  const spreads: Found["spreads"][number][] = [];
  let found: Member | undefined;
  let start = open + 1;
  for (const part of parts(code.slice(start, closingBracket(code, open)))) {
    const own = part.trimStart();
    const at = start + part.length - own.length;
    start += part.length + 1;
    const spread = /^\.\.\.\s*(?:require\s*\(\s*["']|([\w$]+)\s*$)/.exec(own);
    if (spread !== null) {
      const quote = at + spread[0].length;
      spreads.push(
        spread[1] === undefined
          ? { specifier: text.slice(quote, text.indexOf(text[quote - 1] as string, quote)) }
          : { variable: spread[1] },
      );
      continue;
    }
    found = read(own, text.slice(at, at + own.length), name) ?? found;
  }
  return { found, spreads };
}

function read(code: string, text: string, name: string): Member | undefined {
  const key =
    /^(?:(?:async|get|static)\s+(?=[\w$"'*[]))?\*?\s*(?:([\w$]+)|\[?\s*(["'])\s*\2\s*\]?)\s*(?=[:(<]|$)/.exec(
      code,
    );
  if (key === null) return undefined;
  const own = key[1] ?? /["'](.*?)["']/.exec(text)?.[1];
  if (own !== name) return undefined;
  const rest = code.slice(key[0].length);
  if (rest.startsWith(":")) return { value: rest.slice(1).trim(), isMethod: false };
  return rest === "" ? { value: name, isMethod: false } : { value: "", isMethod: true };
}
