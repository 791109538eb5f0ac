// A handler that is an expression: evaluated once at init, its value is the function.
import { failureFromThrown } from "../answer/failure.ts";
import { HostError } from "../errors.ts";

/**
 * Evaluates the expression in the function's folder, so that import("./lib.mts") is found there.
 * @throws HostError `Runtime.UserCodeSyntaxError` or `Runtime.InvalidExpression`.
 */
export async function evaluateExpression(
  source: string,
  taskRoot: string,
): Promise<(...args: unknown[]) => unknown> {
  const value = await evaluate(compile(source, taskRoot));
  if (typeof value === "function") return value as (...args: unknown[]) => unknown;
  throw new HostError(
    "Runtime.InvalidExpression",
    `The expression ${source} evaluated to ${value === null ? "null" : typeof value}, not to a function. Write a function, such as (event)=>({ok:true}).`,
  );
}

/**
 * A module made from text, as Node makes one from a file: its `require` and `import()` start from
 * its place.
 */
interface ModuleOfText {
  filename: string;
  paths: string[];
  exports: unknown;
  _compile(text: string, filename: string): void;
}

function compile(source: string, taskRoot: string): () => unknown {
  const Module = process.getBuiltinModule("node:module") as unknown as {
    new (id: string): ModuleOfText;
    _nodeModulePaths(directory: string): string[];
  };
  const filename = `${taskRoot}/handler-expression.cjs`;
  const module = new Module(filename);
  module.filename = filename;
  module.paths = Module._nodeModulePaths(taskRoot);
  try {
    // The line end keeps a trailing comment from swallowing the parenthesis.
    module._compile(`module.exports = () => (${source}\n)`, filename);
    return module.exports as () => unknown;
  } catch (error) {
    throw new HostError(
      "Runtime.UserCodeSyntaxError",
      `The expression ${source} does not parse: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

async function evaluate(expression: () => unknown): Promise<unknown> {
  try {
    return await expression();
  } catch (error) {
    const { errorType, errorMessage } = failureFromThrown(error);
    throw new HostError(
      "Runtime.InvalidExpression",
      `The expression failed while it was evaluated: ${errorType}: ${errorMessage}.`,
      { cause: error },
    );
  }
}
