// One page of a sorted list.
import { readToken, writeToken } from "./next-token.ts";

/**
 * What stands behind the token's key, at most `limit` of it. The key of an item must sort as the
 * list does, so that a page stays right while items come and go.
 */
export function pageOf<Item>(
  operation: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  options: {
    readonly nextToken?: string | undefined;
    readonly limit: number;
    readonly descending?: boolean;
  },
): { readonly page: readonly Item[]; readonly nextToken?: string } {
  const { nextToken, limit, descending = false } = options;
  const last = nextToken === undefined ? undefined : readToken(operation, nextToken);
  const isBehind = (key: string) => last === undefined || (descending ? key < last : key > last);
  const rest = items.filter((item) => isBehind(keyOf(item)));
  const page = rest.slice(0, limit);
  const lastItem = page.at(-1);
  if (rest.length === page.length || lastItem === undefined) return { page };
  return { page, nextToken: writeToken(operation, keyOf(lastItem)) };
}
