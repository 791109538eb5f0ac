// What a file's last extension says about who runs it.

/** Extensions of scripts that Node runs, in the order in which a module's file is looked for. */
export const nodeExtensions = [
  ".js",
  ".mjs",
  ".cjs",
  ".ts",
  ".mts",
  ".cts",
  ".jsx",
  ".tsx",
] as const;

/** The interpreter of every other known script extension, with the arguments before the file. */
export const interpretersByExtension: Readonly<Record<string, readonly [string, ...string[]]>> = {
  ".sh": ["sh"],
  ".bash": ["bash"],
  ".py": ["python3"],
  ".rb": ["ruby"],
  ".pl": ["perl"],
  ".php": ["php"],
  ".lua": ["lua"],
  ".awk": ["awk", "-f"],
  ".jq": ["jq", "-f"],
  ".ros": ["ros"],
  ".lisp": ["sbcl", "--script"],
  ".l": ["picolisp"],
};

export function isNodeExtension(extension: string): boolean {
  return (nodeExtensions as readonly string[]).includes(extension);
}

export function isScriptExtension(extension: string): boolean {
  return isNodeExtension(extension) || Object.hasOwn(interpretersByExtension, extension);
}
