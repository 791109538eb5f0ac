// Values for a template's parameters, in each form that SAM's --parameter-overrides takes.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { incorrectUsage } from "../../host/expected-error.ts";
import { decodeText } from "../read-text.ts";
import { parseSource } from "../source-place.ts";

const form = "NAME=VALUE, ParameterKey=NAME,ParameterValue=VALUE or file://FILE";

/** `NAME=VALUE` up to the next one: only a value that contains such a pair needs quotes. */
const pair =
  /^(?:ParameterKey=(["']?)(?<key>[\w:]+)\1,ParameterValue|(?<name>[\w:]+))=(?<value>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|.*?)(?=\s+(?:ParameterKey=)?["']?[\w:]+["']?(?:,ParameterValue)?=|\s*$)\s*/s;

/**
 * `values` is what was given: strings, lists of them, or maps as in YAML and TOML; a `file://` is
 * relative to `directory`; `from` says where they are, for messages.
 * @throws ExpectedError
 */
export function parameterOverrides(
  values: unknown,
  directory: string,
  from: string,
): Record<string, string> {
  const found: Record<string, string> = {};

  function readMap(map: Readonly<Record<string, unknown>>): void {
    if (typeof map.ParameterKey === "string") {
      found[map.ParameterKey] = text(map.ParameterValue);
      return;
    }
    for (const [name, value] of Object.entries(map)) found[name] = text(value);
  }

  function readText(given: string): void {
    let rest = given.trim();
    if (rest.startsWith("file://")) {
      readFile(rest.slice("file://".length));
      return;
    }
    while (rest !== "") {
      const match = pair.exec(rest);
      const { key, name = key, value = "" } = match?.groups ?? {};
      if (match === null || name === undefined) {
        throw incorrectUsage(`${from}: ${JSON.stringify(rest)} does not set a parameter`, {
          remedy: `Write ${form}`,
        });
      }
      found[name] = unquoted(value);
      rest = rest.slice(match[0].length);
    }
  }

  function readFile(name: string): void {
    const file = resolve(directory, name);
    let source: string;
    try {
      source = decodeText(readFileSync(file));
    } catch (error) {
      throw incorrectUsage(`${from}: ${file} cannot be read: ${(error as Error).message}`);
    }
    const { document } = parseSource(source);
    if (document.errors.length > 0) {
      throw incorrectUsage(`${from}: ${file} is not valid YAML or JSON`);
    }
    read(document.toJS());
  }

  function read(value: unknown): void {
    if (typeof value === "string") readText(value);
    else if (Array.isArray(value)) value.forEach(read);
    else if (typeof value === "object" && value !== null) readMap(value as Record<string, unknown>);
    else if (value !== undefined && value !== null) readText(String(value));
  }

  read(values);
  return found;
}

/** A list as CommaDelimitedList takes it. */
function text(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value ?? "");
}

function unquoted(value: string): string {
  const inner = /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
  return inner.replaceAll(/\\([ "'\\])/g, "$1");
}
