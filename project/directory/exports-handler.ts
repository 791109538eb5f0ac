// Whether a file is a module with an exported `handler`, as on AWS's Node runtime, and no script.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isNodeExtension } from "../../host/handler/extensions.ts";
import { blank } from "../../host/source/blank.ts";
import { modeOfScript } from "../../host/source/built-mode.ts";

const declaration =
  /\bexport\s+(?:async\s+)?(?:function\s*\*?|const|let|var)\s+handler(?![\w$])|\bexport\s*\{(?:[^}]*,)?\s*(?:[\w$]+\s+as\s+)?handler\s*[,}]/;
// `handler` must be a key: a value of that name is exported under another.
const commonJs =
  /\bexports\.handler\s*=(?!=)|\bmodule\.exports\s*=\s*\{(?:(?:[^{}]|\{[^{}]*\})*,)?\s*(?:async\s*)?\*?\s*handler\s*[,}:(]/;

/** Told from the text; nothing is run. A shebang or an exported `main` makes it a script. */
export function exportsHandler(path: string): boolean {
  if (!isNodeExtension(extname(path))) return false;
  const source = readFileSync(path, "utf8");
  if (!source.includes("handler") || /^\uFEFF?#!/.test(source) || modeOfScript(source) === "main")
    return false;
  const code = blank(source);
  return declaration.test(code) || commonJs.test(code);
}
