// Sets one place of a sample event; a name that does not exist is refused with the nearest one.
import { incorrectUsage } from "../../host/expected-error.ts";
import { nearest } from "../../host/nearest.ts";
import type { Assignment } from "./assignment.ts";

type Container = Record<string, unknown> | unknown[];

/**
 * Changes the event in place. The last step may add a member to an object, or an item at the end of
 * a list; every step before it must exist.
 * @throws ExpectedError
 */
export function assign(event: object, { path, value }: Assignment): void {
  let container = event as Container;
  for (const [at, name] of path.slice(0, -1).entries()) {
    const here = path.slice(0, at);
    const next = Array.isArray(container)
      ? container[existingIndex(container, name, here)]
      : existingMember(container, name, here);
    if (typeof next !== "object" || next === null) {
      throw incorrectUsage(
        `${shown([...here, name])} is ${describe(next)} and cannot have members`,
        { remedy: `Set it as a whole: ${shown([...here, name])}=VALUE` },
      );
    }
    container = next as Container;
  }
  const name = path.at(-1) as string;
  const key = Array.isArray(container) ? itemIndex(container, name, path.slice(0, -1)) : name;
  // Not by assignment, which would change no member for the name __proto__.
  Object.defineProperty(container, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function existingMember(
  container: Record<string, unknown>,
  name: string,
  here: readonly string[],
): unknown {
  if (Object.hasOwn(container, name)) return container[name];
  const [guess] = nearest(name, Object.keys(container), 1);
  const hint = guess === undefined ? "it is empty" : `did you mean ${shown([...here, guess])}?`;
  throw incorrectUsage(`${shown(here)} has no "${name}"; ${hint}`);
}

function existingIndex(container: unknown[], name: string, here: readonly string[]): number {
  const index = itemIndex(container, name, here);
  if (index < container.length) return index;
  throw incorrectUsage(`${shown(here)} has no item ${index} yet`, {
    remedy: `Add it as a whole: ${shown([...here, name])}={…}`,
  });
}

/** An item that exists, or the place after the last one. */
function itemIndex(container: unknown[], name: string, here: readonly string[]): number {
  const index = Number(name);
  if (/^(?:0|[1-9]\d*)$/.test(name) && index <= container.length) return index;
  const first = shown([...here, "0"]);
  throw incorrectUsage(
    `${shown(here)} is a list, and "${name}" is not an index from 0 to ${container.length}`,
    { remedy: `Name an item as in ${first}; ${container.length} adds one` },
  );
}

/** A path as it would be typed. */
function shown(path: readonly string[]): string {
  if (path.length === 0) return "the event";
  return path
    .map((name) => (/^[^.[\]=]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`))
    .join("")
    .replace(/^\./, "");
}

function describe(value: unknown): string {
  return value === null ? "null" : `a ${typeof value === "string" ? "text" : typeof value}`;
}
