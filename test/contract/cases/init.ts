// Handlers that cannot be loaded: init/error, no poll, an exit that is not zero.
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ContractCase } from "../case.ts";

const missing = { script: "no-such-script.sh", function: "index.noSuchFunction" };
const notFound = /^Runtime\.(HandlerNotFound|ImportModuleError)$/;

export const initCases: ContractCase[] = [
  {
    number: 17,
    name: "a handler that names nothing is reported, and nothing is polled",
    handler: missing,
    initError: { type: notFound, message: /./, header: /^Runtime\./ },
  },
  {
    number: 17,
    name: "a module that is not there is reported",
    handler: { function: "no-such-file.handler" },
    initError: { type: notFound, message: /no-such-file/ },
  },
  ...Object.entries({
    empty: "",
    "a dot-dot segment": "../handlers/echo.sh",
    "dots alone": "..",
    "an absolute path elsewhere": "/bin/../etc/passwd",
    "white space": "echo.sh hello",
  }).map(([what, setting]): ContractCase => {
    return {
      number: 18,
      name: `a malformed handler is reported: ${what}`,
      handler: { script: setting },
      initError: { type: /^Runtime\.MalformedHandlerName$/, message: /./ },
    };
  }),
  {
    number: 18,
    name: "a malformed handler is reported: a directory above",
    handler: { function: "../index.handler" },
    initError: { type: /^Runtime\.MalformedHandlerName/, message: /./ },
  },
  {
    number: 18,
    name: "a directory is no handler",
    handler: { script: "folder" },
    prepare: (root) => writeIn(root, "folder/inside.sh", "#!/bin/sh\n"),
    initError: { type: /^Runtime\./, message: /./ },
  },
  {
    number: 18,
    name: "a link that leaves the task root is no handler",
    handler: { script: "outside.sh" },
    prepare: (root) => symlink("/bin/sh", join(root, "outside.sh")),
    initError: { type: /^Runtime\.MalformedHandlerName$/, message: /./ },
  },
  {
    number: 19,
    name: "a file that is no script is reported with what to add",
    handler: { script: "notes" },
    prepare: (root) => writeIn(root, "notes", "buy milk\n"),
    initError: { type: /^Runtime\.(NotExecutable|HandlerNotFound)$/, message: /./ },
  },
  {
    number: 19,
    name: "an interpreter that is not there is reported by its name",
    handler: { script: "odd.sh" },
    prepare: (root) => writeIn(root, "odd.sh", "#!/nope/interpreter -x\n"),
    initError: { type: /^Runtime\.InterpreterNotFound$/, message: /\/nope\/interpreter/ },
  },
  {
    number: 19,
    name: "an executable of no format the system knows fails its event, or is reported at init",
    handler: { script: "broken" },
    async prepare(root) {
      await writeIn(root, "broken", "\x7fELF\0\0\0\0 no program");
      await chmod(join(root, "broken"), 0o755);
    },
    turns: [{ expect: { error: { type: /^(Runtime|Function)\./ } } }],
    // It cannot echo: what counts is that the runtime polls again.
    idle: ({ signal }) => signal("SIGKILL"),
    exit: { code: "any", withinMs: 1000 },
  },
  {
    number: 20,
    name: "init/error answered 403 ends the runtime without a loop",
    handler: missing,
    initError: {
      type: notFound,
      header: "any",
      replies: [{ status: 403, errorType: "InvalidStateTransition" }],
    },
  },
  {
    number: 20,
    name: "init/error answered 500 ends the runtime without a loop",
    handler: missing,
    initError: {
      type: notFound,
      header: "any",
      replies: [{ status: 500, errorType: "InternalServerError" }],
    },
  },
  {
    number: 20,
    name: "init/error whose connection is reset ends the runtime without a loop",
    handler: missing,
    initError: {
      type: notFound,
      header: "any",
      replies: ["reset", "reset", "reset"],
      postCount: { atMost: 2 },
    },
  },
  {
    number: 67,
    name: "a setting of a bad value is reported with the good ones",
    handler: { script: "echo.sh" },
    env: { STDLAMBDA_MODE: "spwan" },
    initError: { type: /^Runtime\.InvalidSetting$/, message: /spawn/ },
  },
  {
    number: 67,
    name: "a setting of an unknown name is reported with the nearest one",
    handler: { script: "echo.sh" },
    env: { STDLAMBDA_MOED: "spawn" },
    initError: { type: /^Runtime\.InvalidSetting$/, message: /STDLAMBDA_MODE/ },
  },
  {
    number: 68,
    name: "a module that does not parse is reported",
    handler: { function: "wrong.handler" },
    prepare: (root) => writeIn(root, "wrong.mjs", "export const handler = async () => {\n"),
    initError: { type: /^(Runtime\.UserCodeSyntaxError|SyntaxError)/, message: /./ },
  },
  {
    number: 68,
    name: "a module that throws as it loads is reported by the error itself",
    handler: { function: "throwing.handler" },
    prepare: (root) => writeIn(root, "throwing.mjs", 'throw new RangeError("at load: é");\n'),
    initError: { type: /^RangeError$/, message: /^at load: é$/, header: "any" },
  },
];

async function writeIn(root: string, name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
}
