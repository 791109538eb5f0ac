// Where JSON is invalid, in words with the place and a mark under it.
import { withoutControlCharacters } from "../host/control-characters.ts";
import { jsonFault } from "./json-fault.ts";

/** How much of the line is shown on each side of the fault, in characters. */
const shownCharacters = 30;

export interface DescribedFault {
  /** Both from 1. */
  readonly place: { readonly line: number; readonly column: number };
  /** Two more lines show the text and mark the place. */
  readonly text: string;
}

/** Undefined when the text is valid JSON. */
export function describeJsonFault(text: string): DescribedFault | undefined {
  const fault = jsonFault(text);
  if (fault === undefined) return undefined;
  const { offset, expected } = fault;
  const before = text.slice(0, offset).split("\n");
  const line = before.at(-1) as string;
  const rest = text.slice(offset).split("\n", 1)[0] as string;
  const start = line.slice(-shownCharacters);
  const found = offset < text.length ? JSON.stringify(text.slice(offset, offset + 1)) : "the end";
  return {
    place: { line: before.length, column: line.length + 1 },
    text: [
      `${expected} is expected, not ${found}`,
      `    ${withoutControlCharacters(start)}${withoutControlCharacters(rest.slice(0, shownCharacters))}`,
      `    ${" ".repeat(start.length)}^`,
    ].join("\n"),
  };
}
