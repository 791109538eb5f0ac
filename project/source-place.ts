// The place of a value in a YAML or JSON file, by its path.
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
} from "yaml";
import type { Place } from "./configuration-error.ts";

export interface ParsedSource {
  /** The first document that is not empty. */
  readonly document: Document.Parsed;
  /** The start of each further document that is not empty. */
  readonly furtherDocuments: readonly number[];
  readonly lineCounter: LineCounter;
  /** How many columns a line was moved to the right before it was parsed. */
  readonly shifts: ReadonlyMap<number, number>;
}

/** A template with more such lines is not worth the time, because each costs a parse. */
const maximumShifts = 200;
const shiftColumns = 8;

/**
 * Brackets may be indented less than YAML allows: SAM's own reader (PyYAML) accepts them, and so
 * templates contain them. Such lines are moved to the right until they parse.
 */
export function parseSource(text: string): ParsedSource {
  const shifts = new Map<number, number>();
  const first = parseLines(text, shifts);
  for (
    let parsed = first, lines = text.split("\n");
    ;
    parsed = parseLines(lines.join("\n"), shifts)
  ) {
    const fault = parsed.document.errors.find(
      ({ code, message }) => code === "BAD_INDENT" && message.startsWith("Flow "),
    );
    if (fault === undefined) return parsed;
    if (shifts.size >= maximumShifts) return first;
    const { line } = parsed.lineCounter.linePos(fault.pos[0]);
    const shift = (shifts.get(line) ?? 0) + shiftColumns;
    // So far to the right that the indentation cannot be the problem.
    if (shift > 20 * shiftColumns) return first;
    shifts.set(line, shift);
    lines = lines.with(line - 1, " ".repeat(shiftColumns) + lines[line - 1]);
  }
}

function parseLines(text: string, shifts: ReadonlyMap<number, number>): ParsedSource {
  const options = { version: "1.1", prettyErrors: false } as const;
  const lineCounter = new LineCounter();
  const all = parseAllDocuments(text, { ...options, lineCounter });
  const isFilled = ({ contents, errors }: Document.Parsed) =>
    errors.length > 0 || !(contents === null || (isScalar(contents) && contents.value === null));
  const [document, ...further] = "empty" in all ? [] : all.filter(isFilled);
  return {
    document: document ?? parseDocument("", options),
    furtherDocuments: further.map(({ contents, range }) => contents?.range[0] ?? range[0]),
    lineCounter,
    shifts,
  };
}

/** The place of a node, by its range. */
export function placeOfOffset({ lineCounter, shifts }: ParsedSource, offset: number): Place {
  const { line, col } = lineCounter.linePos(offset);
  return { line, column: Math.max(1, col - (shifts.get(line) ?? 0)) };
}

/**
 * The place of the last step of a path that exists: the name of a member, or an element of a list.
 * Undefined for an empty file.
 */
export function placeOfPath(source: ParsedSource, path: readonly PropertyKey[]): Place | undefined {
  let node: unknown = source.document.contents;
  let offset = startOf(node);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && String(key.source ?? key.value) === String(step),
      );
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (node === undefined) break;
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset === undefined ? undefined : placeOfOffset(source, offset);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
