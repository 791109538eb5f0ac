// What the handler setting says, before any file is looked at (docs/conventions.md, section 1).
import { HostError } from "../errors.ts";

export type HandlerSetting =
  | { readonly form: "script"; readonly path: string; readonly args: readonly string[] }
  | { readonly form: "module"; readonly path: string; readonly exportPath: string }
  | { readonly form: "expression"; readonly source: string }
  | { readonly form: "command"; readonly program: string; readonly args: readonly string[] }
  | { readonly form: "bare"; readonly text: string };

/**
 * Parses `_HANDLER`.
 * @throws HostError `Runtime.MalformedHandlerName`.
 */
export function parseHandlerSetting(text: string): HandlerSetting {
  if (text === "") {
    throw malformed(
      text,
      'it is empty: set the handler to a script\'s file name, such as "hello.ts"',
    );
  }
  if (/[\s\0]/.test(text)) throw malformed(text, "white space and NUL are not allowed in it");
  const prefix = /^(script|module|expr|cmd):/.exec(text);
  if (prefix === null) return { form: "bare", text: withoutParentSegments(text, text) };
  const rest = text.slice(prefix[0].length);
  if (rest === "") throw malformed(text, `nothing follows "${prefix[0]}"`);
  switch (prefix[1]) {
    case "script": {
      const [path, ...args] = splitArguments(rest, text);
      return { form: "script", path: withoutParentSegments(path, text), args };
    }
    case "cmd": {
      const [program, ...args] = splitArguments(rest, text);
      return { form: "command", program, args };
    }
    case "module":
      return parseModule(rest, text);
    default:
      return { form: "expression", source: rest };
  }
}

/** `PATH#EXPORT`; the last `#` counts, because a file name may contain one. */
export function parseModule(rest: string, text: string): HandlerSetting {
  const hash = rest.lastIndexOf("#");
  if (hash < 1 || hash === rest.length - 1) {
    throw malformed(text, "a module is named as PATH#EXPORT, such as module:src/app.ts#handler");
  }
  return {
    form: "module",
    path: withoutParentSegments(rest.slice(0, hash), text),
    exportPath: rest.slice(hash + 1),
  };
}

// A comma ends an argument and white space is not allowed, so arguments are percent-encoded.
function splitArguments(rest: string, text: string): [string, ...string[]] {
  const [first = "", ...encoded] = rest.split(",");
  if (first === "") throw malformed(text, "a name must come before the first comma");
  const args = encoded.map((argument) => decode(argument, text));
  if (args.some((argument) => argument.includes("\0"))) {
    throw malformed(text, "an argument cannot hold NUL (%00)");
  }
  return [first, ...args];
}

function decode(argument: string, text: string): string {
  try {
    return decodeURIComponent(argument);
  } catch {
    throw malformed(text, `"${argument}" is not valid percent-encoding; write % as %25`);
  }
}

function withoutParentSegments(path: string, text: string): string {
  if (path.split("/").includes("..")) {
    throw malformed(text, 'a ".." segment would leave the function; name the file from its root');
  }
  return path;
}

export function malformed(text: string, reason: string): HostError {
  return new HostError(
    "Runtime.MalformedHandlerName",
    `The handler ${JSON.stringify(text)} cannot be used: ${reason}.`,
  );
}
