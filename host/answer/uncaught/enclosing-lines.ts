// The lines of a source file that enclose one of its lines, found by indentation: if none of them
// catches, the exception that the line raised was not caught.
import { readFileSync, statSync } from "node:fs";

const largestSource = 1024 * 1024;

/** The line itself, then each less indented line above it. Undefined when the file cannot be read. */
export function enclosingLines(path: string, line: number): string[] | undefined {
  const lines = sourceOf(path)?.split("\n");
  const own = lines?.[line - 1];
  if (lines === undefined || own === undefined) return undefined;
  const found = [own];
  let least = indentation(own);
  for (let at = line - 2; at >= 0 && least > 0; at--) {
    const above = lines[at] as string;
    if (above.trim() === "" || indentation(above) >= least) continue;
    found.push(above);
    least = indentation(above);
  }
  return found;
}

export function sourceOf(path: string): string | undefined {
  try {
    const { size } = statSync(path);
    return size > largestSource ? undefined : readFileSync(path, "utf8");
  } catch {
    // `<string>`, or a file that is gone.
    return undefined;
  }
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
