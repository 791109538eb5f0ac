// Whether AWS's clients would find credentials here; without any they send no request at all.
import { existsSync } from "node:fs";
import { awsFiles } from "../service/aws-profiles.ts";

/** The variables and files that AWS's clients check first; they are not read. */
export function hasCredentials(env: NodeJS.ProcessEnv): boolean {
  const variables = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  ];
  if (variables.some((name) => env[name])) return true;
  return Object.values(awsFiles(env)).some((file) => existsSync(file));
}
