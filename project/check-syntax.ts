// Whether a script that was just saved still parses, so that its author knows before the next
// event.
import { execFile } from "node:child_process";
import { basename, extname } from "node:path";
import { promisify } from "node:util";
import { isNodeExtension } from "../host/handler/extensions.ts";
import { chooseInterpreter } from "../host/handler/interpreter.ts";

const checkWithinMs = 5000;

/** How interpreters parse a file without running any of it. */
const checks: Readonly<Record<string, (file: string) => readonly string[]>> = {
  sh: (file) => ["-n", file],
  dash: (file) => ["-n", file],
  bash: (file) => ["-n", file],
  python3: (file) => [
    "-c",
    "import ast, sys; ast.parse(open(sys.argv[1], 'rb').read(), sys.argv[1])",
    file,
  ],
  ruby: (file) => ["-c", file],
  php: (file) => ["-l", file],
};

/** What is wrong, in the interpreter's words; undefined when it parses or nobody can tell. */
export async function checkSyntax(file: string, path: string): Promise<string | undefined> {
  if (isNodeExtension(extname(file)) && !/x$/.test(file)) return checkForNode(file);
  let program: string;
  try {
    const interpreter = chooseInterpreter(file, path);
    if (interpreter.kind === "node") return checkForNode(file);
    if (interpreter.kind !== "program") return undefined;
    program = interpreter.program;
  } catch {
    // It is not a script, or its interpreter is missing: the invocation reports that.
    return undefined;
  }
  const check = checks[basename(program)];
  return check === undefined ? undefined : run(program, check(file));
}

/**
 * TypeScript's syntax includes JavaScript's, so one parser is enough for both. Syntax that is valid
 * but more than Node can strip, such as enums, is left to tsx.
 */
const parseForNode = `
const { stripTypeScriptTypes } = require("node:module");
try {
  stripTypeScriptTypes(require("node:fs").readFileSync(process.argv[1], "utf8"));
} catch (error) {
  if (error.code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") process.exit(0);
  console.error(error.message);
  process.exit(1);
}`;

/** In its own process: the parser is experimental, and would say so on our stderr. */
function checkForNode(file: string): Promise<string | undefined> {
  return run(process.execPath, ["--disable-warning=ExperimentalWarning", "-e", parseForNode, file]);
}

async function run(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    await promisify(execFile)(program, args, { timeout: checkWithinMs });
    return undefined;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    return stderr.trim() || undefined;
  }
}
