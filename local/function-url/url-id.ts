// The id of a function URL: the first label of its host name on AWS.
import { createHash } from "node:crypto";

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const idLength = 32;

/** What an id is made of; the same function and alias always have the same id. */
export interface UrlOwner {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly region: string;
  readonly accountId: string;
}

/** 32 letters and digits, as AWS gives them. */
export function urlId(owner: UrlOwner): string {
  const { accountId, region, functionName, qualifier = "" } = owner;
  const name = [accountId, region, functionName, qualifier].join(":");
  const digest = createHash("sha256").update(name).digest();
  return Array.from(digest.subarray(0, idLength), (byte) => alphabet[byte % 32]).join("");
}

/** The id within a configured URL, when that URL has AWS's form. */
export function idOfUrl(url: string | undefined): string | undefined {
  return /^https?:\/\/([a-z0-9]+)\.lambda-url\./.exec(url ?? "")?.[1];
}
