// The default export of a configuration in TypeScript or JavaScript, read again each time.

import { execFile } from "node:child_process";
import { basename, dirname, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { ExpectedError } from "../../host/expected-error.ts";
import { configurationError, type Place } from "../configuration-error.ts";

/** A configuration reads a file or two; one that takes longer would wait forever. */
const patienceMs = 10_000;

export interface ImportedConfiguration {
  readonly value: unknown;
  /** The file and what it imports, without packages. */
  readonly files: readonly string[];
}

interface LoadedMessage {
  readonly urls: readonly string[];
  readonly names?: readonly string[];
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
}

/**
 * The file is read in its own thread: a module is kept for the life of its thread, with everything
 * that it imports, and here nothing may be kept. It also cannot hang or end the service.
 */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const { registerHooks } = require("node:module");
const urls = [];
registerHooks({ load(url, context, nextLoad) { urls.push(url); return nextLoad(url, context); } });
function fail(error) {
  const isError = error instanceof Error;
  parentPort.postMessage({ urls, error: {
    name: isError ? error.name : "Error",
    message: isError ? error.message : String(error),
    stack: isError ? String(error.stack) : "",
  } });
}
import(workerData).then((namespace) => {
  const names = Object.keys(namespace);
  try {
    parentPort.postMessage({ urls, names, value: namespace.default });
  } catch (error) {
    fail(error);
  }
}, fail);
`;

/**
 * @param signal stops waiting for a slow file.
 * @throws ExpectedError with the place, when the file does not load.
 */
export async function importConfiguration(
  file: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<ImportedConfiguration> {
  const loaded = await load(file, env, signal);
  const files = loaded.urls
    .filter((url) => url.startsWith("file:") && !url.includes("/node_modules/"))
    .map((url) => fileURLToPath(url));
  if (loaded.error !== undefined) throw await loadingError(file, loaded.error);
  if (!loaded.names?.includes("default")) {
    const names = loaded.names?.join(", ") || "nothing";
    throw problem(
      file,
      `there is no default export (it exports ${names}); write export default { functions: { … } }`,
    );
  }
  return { value: loaded.value, files };
}

async function load(
  file: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<LoadedMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadedMessage>();
  const worker = new Worker(program, {
    eval: true,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    // ES modules in a package that does not declare them, and stripped types, are no reason to warn
    // here.
    execArgv: [
      "--disable-warning=ExperimentalWarning",
      "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
    ],
    workerData: pathToFileURL(file).href,
  });
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", (code) =>
    reject(problem(file, `it ended with status ${code} before it exported anything`)),
  );
  const timer = setTimeout(() => {
    const seconds = patienceMs / 1000;
    reject(
      problem(file, `it was not loaded after ${seconds} s; what does it wait for at its top?`),
    );
  }, patienceMs);
  const stop = () => reject(problem(file, "it was not loaded before the end"));
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  try {
    return await promise;
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw await loadingError(file, error as Error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

function problem(file: string, message: string, place?: Place): ExpectedError {
  return configurationError(basename(file), [{ place, message }]);
}

async function loadingError(
  file: string,
  { name, message, stack }: Pick<Error, "name" | "message"> & { stack?: string },
): Promise<ExpectedError> {
  const found = placeIn(stack ?? "") ?? (name === "SyntaxError" ? await askNode(file) : undefined);
  const what = name === "DataCloneError" ? `it must hold plain values only: ${message}` : message;
  const described = name === "Error" || name === "DataCloneError" ? what : `${name}: ${what}`;
  if (found === undefined || found.file === file) return problem(file, described, found?.place);
  const { line, column } = found.place;
  const where = relative(dirname(file), found.file);
  return problem(file, `${where}:${line}:${column}: ${described}`);
}

interface Found {
  readonly file: string;
  readonly place: Place;
}

/** From the first line of an error that says where a source does not parse, or from a stack frame. */
function placeIn(stack: string): Found | undefined {
  const parse = /^(?:file:\/\/)?(\/.+):(\d+)\n(?:.*\n){0,5}?( *)\^/.exec(stack);
  if (parse) {
    const [, path = "", line, before = ""] = parse;
    return { file: decode(path), place: { line: Number(line), column: before.length + 1 } };
  }
  const frame = /^ {4}at (?:.*\()?(file:\/\/\S+?|\/\S+?):(\d+):(\d+)\)?$/m.exec(stack);
  if (frame === null) return undefined;
  const [, path = "", line, column] = frame;
  return { file: decode(path), place: { line: Number(line), column: Number(column) } };
}

function decode(path: string): string {
  return path.startsWith("file:") ? fileURLToPath(path) : path;
}

// V8 prints the place of a module's syntax error only on stderr; nothing of the module is run.
async function askNode(file: string): Promise<Found | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { encoding: "utf8", timeout: patienceMs } as const;
  execFile(process.execPath, ["--check", file], options, (_error, _stdout, stderr) =>
    resolve(stderr),
  );
  return placeIn(await promise);
}
