// AWS's own runtimes of Python and Ruby, which the host replaces on a developer's machine.
import { type Language, languages } from "./table.ts";

/** The interpreter to use; only the local service sets it, for functions of such a runtime. */
export const interpreterVariable = "_STDLAMBDA_INTERPRETER";

/**
 * Whether a handler is for the host also on such a runtime, which starts it by
 * AWS_LAMBDA_EXEC_WRAPPER: AWS's own client understands only FILE.FUNCTION.
 */
export function isForHost(handler: string, isFile: (path: string) => boolean): boolean {
  return /^(?:script|module|expr|cmd):|[#(]|=>/.test(handler) || isFile(handler);
}

/**
 * The language whose runtime `interpreter` is (`python3.12`), or undefined. There the handler is a
 * function of that language, and the first line of its file chooses no interpreter.
 */
export function managedLanguage(interpreter: string | undefined): Language | undefined {
  if (interpreter === undefined) return undefined;
  const language = languages.find(({ shebang }) => shebang.test(interpreter));
  return language && { ...language, programs: [interpreter], shebang: /(?!)/ };
}
