// A handler that is an expression: evaluated once at init, it gives the function.
import { createRequire } from "node:module";
import { compileFunction, constants } from "node:vm";
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
  const value = await evaluate(compile(source, taskRoot), taskRoot);
  if (typeof value === "function") return value as (...args: unknown[]) => unknown;
  throw new HostError(
    "Runtime.InvalidExpression",
    `The expression ${source} gave ${value === null ? "null" : typeof value} and no function. Write a function, such as (event)=>({ok:true}).`,
  );
}

function compile(source: string, taskRoot: string): (require: NodeJS.Require) => unknown {
  try {
    // The line end keeps a trailing comment from swallowing the parenthesis.
    return compileFunction(`return (${source}\n)`, ["require"], {
      filename: `${taskRoot}/handler-expression`,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as (require: NodeJS.Require) => unknown;
  } catch (error) {
    throw new HostError(
      "Runtime.UserCodeSyntaxError",
      `The expression ${source} does not parse: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

async function evaluate(
  expression: (require: NodeJS.Require) => unknown,
  taskRoot: string,
): Promise<unknown> {
  try {
    return await expression(createRequire(`${taskRoot}/index.js`));
  } catch (error) {
    const { errorType, errorMessage } = failureFromThrown(error);
    throw new HostError(
      "Runtime.InvalidExpression",
      `The expression failed while it was evaluated: ${errorType}: ${errorMessage}.`,
      { cause: error },
    );
  }
}
