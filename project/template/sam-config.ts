// samconfig.toml: options for SAM's own commands (AWS: "AWS SAM CLI configuration file").
import { basename, join } from "node:path";
import { configurationError } from "../configuration-error.ts";
import { readText } from "../read-text.ts";
import { parseSource, placeOfOffset } from "../source-place.ts";
import { statPath } from "../stat-path.ts";

/** The first one that exists is read, as SAM does. */
const names = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

/** The sections that a command reads, the last of which wins; `global` is read before them. */
const samSections = {
  dev: ["local_start_api", "local_start_lambda"],
  invoke: ["local_invoke"],
  build: ["build"],
  deploy: ["deploy"],
} as const satisfies Record<string, readonly string[]>;

export type SamCommand = keyof typeof samSections;

export interface SamConfig {
  readonly file: string;
  /** As it is written: a string, a list or a map. */
  readonly parameterOverrides: readonly unknown[];
  readonly templateFile: string | undefined;
  readonly envVars: string | undefined;
  readonly stackName: string | undefined;
}

type Table = Readonly<Record<string, unknown>>;

/** @throws ExpectedError when the file cannot be read. */
export async function readSamConfig(
  directory: string,
  command: SamCommand | undefined,
): Promise<SamConfig | undefined> {
  const file = names.map((name) => join(directory, name)).find((path) => statPath(path)?.isFile());
  if (file === undefined) return undefined;
  const text = await readText(file);
  const environment = table((await parse(file, text)).default);
  const parameters = ["global", ...(command === undefined ? [] : samSections[command])].map(
    (section) => table(table(environment[section]).parameters),
  );
  const last = (name: string) =>
    parameters.map((each) => each[name]).findLast((value) => typeof value === "string") as
      | string
      | undefined;
  return {
    file,
    parameterOverrides: parameters.map(({ parameter_overrides }) => parameter_overrides),
    templateFile: last("template_file") ?? last("template"),
    envVars: last("env_vars"),
    stackName: last("stack_name"),
  };
}

async function parse(file: string, text: string): Promise<Table> {
  const source = basename(file);
  if (!file.endsWith(".toml")) {
    const parsed = parseSource(text);
    const [error] = parsed.document.errors;
    if (error === undefined) return table(parsed.document.toJS());
    const place = placeOfOffset(parsed, error.pos[0]);
    throw configurationError(source, [
      { place, message: `it is not valid YAML: ${error.message}` },
    ]);
  }
  const { parse: parseToml, TomlError } = await import("smol-toml");
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ""] = error.message.replace("Invalid TOML document: ", "").split("\n");
    const place = { line: error.line, column: error.column };
    throw configurationError(source, [{ place, message: `it is not valid TOML: ${message}` }], {
      cause: error,
    });
  }
}

function table(value: unknown): Table {
  return typeof value === "object" && value !== null ? (value as Table) : {};
}
