// What `stdlambda resolve` prints; the same text as the error the host would report.
import { HostError } from "../errors.ts";
import { languageProgram } from "../languages/interpreter.ts";
import { readPlatform, readSettings } from "../settings.ts";
import { type Handler, resolveHandler } from "./resolve.ts";
import { createRoots } from "./roots.ts";
import { tsxLoaderOf } from "./tsx-loader.ts";

/** The decision and what was tried, or the error's message. Never throws for a bad handler. */
export function explainHandler(
  setting: string,
  environment: NodeJS.ProcessEnv,
): { found: boolean; text: string } {
  try {
    const { taskRoot } = readPlatform(environment);
    const settings = readSettings(environment);
    const { handler, tried, warnings } = resolveHandler(setting, {
      roots: createRoots(taskRoot),
      settings,
      path: environment.PATH ?? "",
    });
    if (handler.kind === "script" || handler.kind === "module" || handler.kind === "expression") {
      tsxLoaderOf(handler, settings.typescript, taskRoot);
    }
    const lines = [
      describe(handler, environment.PATH ?? ""),
      ...tried.map((line) => `  tried ${line}`),
    ];
    return {
      found: true,
      text: [...lines, ...warnings.map((line) => `warning: ${line}`)].join("\n"),
    };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { found: false, text: `${error.type}: ${error.message}` };
  }
}

function describe(handler: Handler, path: string): string {
  switch (handler.kind) {
    case "script":
      return `script ${handler.path}, run by ${describeInterpreter(handler)}${describeArguments(handler.args)}`;
    case "module":
      return `export ${handler.exportPath} of module ${handler.path}`;
    case "language":
      return `function ${handler.exportPath} of ${handler.path}, loaded once by ${languageProgram(handler.path, handler.language, path)}`;
    case "expression":
      return `expression ${handler.source}`;
    default:
      return `program ${handler.program}${describeArguments(handler.args)}`;
  }
}

function describeInterpreter({ interpreter }: Extract<Handler, { kind: "script" }>): string {
  if (interpreter.kind === "node") return ["Node", ...interpreter.nodeArgs].join(" ");
  if (interpreter.kind === "program") return [interpreter.program, ...interpreter.args].join(" ");
  return "the operating system";
}

function describeArguments(args: readonly string[]): string {
  return args.length === 0 ? "" : `, arguments ${JSON.stringify(args)}`;
}
