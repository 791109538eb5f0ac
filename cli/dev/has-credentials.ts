// Whether AWS's clients would find credentials here; without any they send no request at all.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The variables and files that AWS's clients look at first; they are not read. */
export function hasCredentials(env: NodeJS.ProcessEnv): boolean {
  const variables = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  ];
  if (variables.some((name) => env[name])) return true;
  const folder = join(env.HOME || homedir(), ".aws");
  const files = [
    env.AWS_SHARED_CREDENTIALS_FILE || join(folder, "credentials"),
    env.AWS_CONFIG_FILE || join(folder, "config"),
  ];
  return files.some((file) => existsSync(file));
}
