// Tokens between the pages of a list: what stood last on the page before.
import { invalidParameter } from "./logs-error.ts";

/** @param operation keeps a token of one operation from being taken by another */
export function writeToken(operation: string, last: string): string {
  return Buffer.from(`${operation}\n${last}`).toString("base64url");
}

/** @throws ServiceError for what `writeToken` did not give */
export function readToken(operation: string, token: string): string {
  const [name, ...rest] = Buffer.from(token, "base64url").toString().split("\n");
  if (name !== operation || rest.length === 0) throw invalidToken();
  return rest.join("\n");
}

export function invalidToken(): Error {
  return invalidParameter("The specified nextToken is invalid.");
}
