// What `--exclude` means, and which files are packed only when they are named.
import { basename, matchesGlob } from "node:path";
import { isIgnored } from "../../../project/watch/ignored.ts";

/**
 * Whether one of the patterns means the path or a folder above it. A pattern without a slash means
 * a name at any depth, as in .gitignore.
 */
export function createPathFilter(patterns: readonly string[]): (path: string) => boolean {
  const wanted = patterns.map((pattern) => {
    const plain = pattern.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
    const isPath = plain.includes("/") || /^\.?\//.test(pattern);
    return isPath ? plain : `**/${plain}`;
  });
  if (wanted.length === 0) return () => false;
  return (path) => {
    for (let end = path.length; end !== -1; end = path.lastIndexOf("/", end - 1)) {
      const part = path.slice(0, end);
      if (wanted.some((pattern) => part === pattern || matchesGlob(part, pattern))) return true;
      if (end === 0) break;
    }
    return false;
  };
}

const secretNames =
  /^(?:\.env(?:\..+)?|\.envrc|.+\.env|\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|\.pypirc|\.git-credentials|\.htpasswd|\.aws|\.ssh|\.gnupg|\.docker|id_(?:rsa|dsa|ecdsa|ed25519)|.+\.(?:key|p12|pfx|jks|keystore|ppk|tfstate|tfvars)|credentials\.(?:json|csv)|accessKeys\.csv)$/i;
/** Public by nature, or meant to be published. */
const exampleNames = /\.(?:example|sample|template|dist|pub)$/i;

/** A name that usually holds credentials; `name` is one segment of a path. */
export function isSecret(name: string): boolean {
  return secretNames.test(name) && !exampleNames.test(name);
}

/** The same of a file alone: a folder of that name is code as well. */
export function isSecretFile(name: string): boolean {
  return isSecret(name) || name.toLowerCase() === "credentials";
}

/** A private key by its first line; certificates are `.pem` as well. */
export function isPrivateKey(name: string, start: Buffer): boolean {
  return (
    /\.(?:pem|crt)$/i.test(name) && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(start.toString())
  );
}

/** Hidden, of another tool, or an editor's backup. */
export function isTrivial(path: string): boolean {
  const name = basename(path);
  return name.startsWith(".") || isIgnored(name);
}
