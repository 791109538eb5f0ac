// Whether a script that was just saved still parses; its author hears of it before the next event.
import { execFile } from "node:child_process";
import { basename, extname } from "node:path";
import { promisify } from "node:util";
import { isNodeExtension } from "../host/handler/extensions.ts";
import { chooseInterpreter } from "../host/handler/interpreter.ts";

const checkWithinMs = 5000;

/** Ways of interpreters to parse a file without running any of it. */
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
    // No script, or its interpreter is missing: the invocation says so.
    return undefined;
  }
  const check = checks[basename(program)];
  return check === undefined ? undefined : run(program, check(file));
}

/**
 * TypeScript's syntax holds JavaScript's, so one parser does for both. What is sound but more than
 * Node can strip, such as enums, is a matter for tsx.
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

/** In a process of its own: the parser is experimental, and would say so on our stderr. */
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
