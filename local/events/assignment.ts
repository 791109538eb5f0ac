// Parses `PATH=VALUE`: the steps through objects and lists, and the value at their end.
import { incorrectUsage } from "../../host/expected-error.ts";

export interface Assignment {
  /** Names of members and indexes of items, outermost first; never empty. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** `name`, `.name`, `[0]`, or `["a.name with dots"]`. */
const step = /(?:^|\.)([^.[\]=]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/**
 * The value of its JSON, or else the text itself.
 * @throws ExpectedError
 */
export function parseAssignment(text: string): Assignment {
  const path: string[] = [];
  let end = 0;
  for (;;) {
    step.lastIndex = end;
    const [whole, name, index, quoted] = step.exec(text) ?? [];
    if (whole === undefined) break;
    path.push(name ?? index ?? unquote(quoted as string, text));
    end += whole.length;
  }
  if (path.length === 0 || text[end] !== "=") {
    const where = text.length === end ? "at its end" : `at ${JSON.stringify(text.slice(end))}`;
    throw incorrectUsage(`"${text}" is not PATH=VALUE, ${where}`, {
      remedy: `Write it as in Records.0.s3.bucket.name=mine; a name with dots as ["a.b"]`,
    });
  }
  return { path, value: parseValue(text.slice(end + 1), text) };
}

function unquote(quoted: string, text: string): string {
  try {
    return JSON.parse(quoted);
  } catch (error) {
    throw incorrectUsage(`${quoted} in "${text}" is not a quoted name: ${error}`);
  }
}

function parseValue(value: string, text: string): unknown {
  // The number would silently become another one.
  if (/^-?[1-9]\d{15,}$/.test(value) && !Number.isSafeInteger(Number(value))) {
    throw incorrectUsage(`the number in "${text}" has too many digits to be kept exactly`, {
      remedy: `Write it as a string, in quotes: "${value}"`,
    });
  }
  try {
    return JSON.parse(value);
  } catch {
    return value; // Not JSON: the text is meant as it stands.
  }
}
