// Whether a Node script exports `main`, told from its text: to run it would be to answer no event.
import { blank } from "./blank.ts";

const declaration =
  /\bexport\s+(?:async\s+)?(?:function\s*\*?|const|let|var)\s+main(?![\w$])|\bexport\s+(?:const|let|var)\s*\{[^}]*\bmain(?![\w$]|\s*:)/;
const list = /\bexport\s*\{([^}]*)\}/g;
// `main` must be a key: a value of that name is exported under another.
const commonJs =
  /\bexports\.main\s*=(?!=)|\bmodule\.exports\s*=\s*\{(?:(?:[^{}]|\{[^{}]*\})*,)?\s*(?:async\s*)?\*?\s*main\s*[,}:(]/;

/** Quick for a script without the word; a text's comments, strings and templates do not count. */
export function exportsMain(source: string): boolean {
  if (!/\bmain\b/.test(source) || !/\bexports?\b/.test(source)) return false;
  const code = blank(source);
  if (declaration.test(code) || commonJs.test(code)) return true;
  for (const [, names = ""] of code.matchAll(list)) {
    for (const name of names.split(",")) {
      if (/^(?:[\w$]+\s+as\s+)?main$/.test(name.trim())) return true;
    }
  }
  return false;
}
