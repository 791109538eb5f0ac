// JSON from a user: parsed, or a usage error that points at the place.
import { type JsonFault, jsonFault } from "./json-fault.ts";
import { UsageError } from "./usage-error.ts";

/** How much of the line is shown on each side of the fault, in characters. */
const shownCharacters = 30;

/** `what` names the text in the error, `hint` says what to do. */
export function parseJson(text: string, what: string, hint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = jsonFault(text);
    const where = fault ? describe(text, fault) : String(error);
    throw new UsageError(`${what} is not JSON, ${where}\n${hint}`, { cause: error });
  }
}

function describe(text: string, { offset, expected }: JsonFault): string {
  const before = text.slice(0, offset).split("\n");
  const line = before.at(-1) as string;
  const rest = text.slice(offset).split("\n", 1)[0] as string;
  const start = line.slice(-shownCharacters);
  const found = offset < text.length ? JSON.stringify(text.slice(offset, offset + 1)) : "the end";
  return [
    `line ${before.length}, column ${line.length + 1}: ${expected} is expected, not ${found}`,
    `    ${visible(start)}${visible(rest.slice(0, shownCharacters))}`,
    `    ${" ".repeat(start.length)}^`,
  ].join("\n");
}

/** Tabs and terminal sequences would move the mark away from its place. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
