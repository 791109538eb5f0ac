// Which of a child's descriptors should be the script's own 0, 1 and 2.
import { type Standard, standardOf } from "./standard-files.ts";

type Stdio = readonly unknown[];

/** The standard descriptor that each of a child's descriptors shares; undefined when none does. */
export function sharedStdio(stdio: unknown): readonly (Standard | undefined)[] | undefined {
  const items: Stdio = typeof stdio === "string" ? [stdio, stdio, stdio] : asList(stdio);
  const shared = items.map((item, at) => {
    if (item === "inherit") return standardOf(at);
    const fd = typeof item === "object" && item !== null ? (item as { fd?: unknown }).fd : item;
    return typeof fd === "number" ? standardOf(fd) : undefined;
  });
  return shared.some((standard) => standard !== undefined) ? shared : undefined;
}

function asList(stdio: unknown): Stdio {
  return Array.isArray(stdio) ? stdio : [];
}

/** The same, and what the shared ones are for the child. */
export function ownStdio(
  stdio: unknown,
  shared: readonly (Standard | undefined)[],
  own: (standard: Standard) => unknown,
): unknown[] {
  return shared.map((standard, at) => {
    if (standard !== undefined) return own(standard);
    return typeof stdio === "string" ? stdio : asList(stdio)[at];
  });
}
