// What to change about a function's URL and who may call it.
import { isDeepStrictEqual } from "node:util";
import type { FunctionUrlConfig } from "@aws-sdk/client-lambda";
import type { Change } from "./change.ts";
import type { CurrentFunction } from "./current-function.ts";
import { ownTag } from "./owner.ts";
import { comparePermissions, type PermissionDifference } from "./public-url.ts";
import type { WantedFunction, WantedUrl } from "./wanted-function.ts";

export type UrlStep =
  | { readonly action: "create" | "update"; readonly wanted: WantedUrl }
  | { readonly action: "remove" };

export interface UrlPlan {
  readonly changes: readonly Change[];
  readonly step: UrlStep | undefined;
  readonly permissions: PermissionDifference;
}

export function planUrl({ url }: WantedFunction, current: CurrentFunction | undefined): UrlPlan {
  const had = current?.url;
  const statements = current?.statements ?? [];
  const none: UrlPlan = { changes: [], step: undefined, permissions: { remove: [], add: [] } };
  if (url === undefined) return none;
  if (url === "remove") {
    // A URL that was not made here stays, because nobody asked to remove it.
    const isOurs = current?.tags[ownTag] !== undefined;
    const permissions = comparePermissions(false, statements);
    if (!isOurs || (had === undefined && permissions.remove.length === 0)) return none;
    const changes: Change[] = had ? [{ field: "FunctionUrl", before: shownUrl(had) }] : [];
    return {
      changes: [...changes, ...permissionChanges(permissions)],
      step: had && { action: "remove" },
      permissions,
    };
  }
  const permissions = comparePermissions(url.AuthType === "NONE", statements);
  const isSame = had !== undefined && isSameUrl(url, had);
  const changes: Change[] = isSame
    ? []
    : [{ field: "FunctionUrl", ...(had && { before: shownUrl(had) }), after: shownUrl(url) }];
  const action = had === undefined ? "create" : "update";
  return {
    changes: [...changes, ...permissionChanges(permissions)],
    step: isSame ? undefined : { action, wanted: url },
    permissions,
  };
}

function shownUrl({ AuthType, InvokeMode, Cors }: WantedUrl | FunctionUrlConfig): object {
  return { AuthType, InvokeMode: InvokeMode ?? "BUFFERED", ...(hasMembers(Cors) && { Cors }) };
}

function isSameUrl(wanted: WantedUrl, current: FunctionUrlConfig): boolean {
  return isDeepStrictEqual(plain(shownUrl(wanted)), plain(shownUrl(current)));
}

/** As JSON has it: the SDK's objects have other prototypes, or members that are undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function hasMembers(value: object | undefined): boolean {
  return value !== undefined && Object.keys(value).length > 0;
}

function permissionChanges({ remove, add }: PermissionDifference): Change[] {
  const added = add.map(({ StatementId, Action }) => ({
    field: `Permission.${StatementId}`,
    ...(remove.includes(StatementId) && { before: "other terms" }),
    after: `${Action} for everybody, by the URL`,
  }));
  const gone = remove.filter((id) => !add.some(({ StatementId }) => StatementId === id));
  return [...added, ...gone.map((id) => ({ field: `Permission.${id}`, before: "everybody" }))];
}
