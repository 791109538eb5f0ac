// One page of a list, and the marker of the next one.
import { invalidParameter } from "./errors.ts";

/** AWS returns no more at once, however many are asked for. */
export const maximumItems = 50;

export interface Paging {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly next: { readonly NextMarker?: string };
}

/**
 * @param keyOf identifies items: the next page begins after the last one of this page, even if the
 * list has changed in between.
 * @throws ServiceError InvalidParameterValueException for a marker that no page has returned.
 */
export function page<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => string,
  { Marker, MaxItems = maximumItems }: Paging,
): Page<Item> {
  const start = Marker === undefined ? 0 : startAfter(list, keyOf, Marker);
  const end = start + Math.min(MaxItems, maximumItems);
  const items = list.slice(start, end);
  const last = items.at(-1);
  if (last === undefined || end >= list.length) return { items, next: {} };
  return { items, next: { NextMarker: encode([end, keyOf(last)]) } };
}

function startAfter<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => string,
  marker: string,
): number {
  const [end, key] = decode(marker);
  const found = list.findIndex((item) => keyOf(item) === key);
  // The last item was deleted: what followed it has moved up to its place.
  return found === -1 ? Math.max(end - 1, 0) : found + 1;
}

function encode(value: readonly [number, string]): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(marker: string): [number, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(marker, "base64url").toString("utf8"));
    if (Array.isArray(value) && Number.isInteger(value[0]) && typeof value[1] === "string") {
      return [value[0], value[1]];
    }
  } catch {
    // Not JSON: treated like JSON of another form.
  }
  throw invalidParameter(`Invalid Marker '${marker}': pass the NextMarker of the previous page.`);
}
