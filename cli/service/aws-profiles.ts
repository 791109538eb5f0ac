// AWS's own configuration files, read as the SDK reads them.
import { homedir } from "node:os";
import { join } from "node:path";

export type Profile = Readonly<Partial<Record<string, string>>>;

/** Where the two files are; either may be missing. */
export function awsFiles(env: NodeJS.ProcessEnv): { config: string; credentials: string } {
  const folder = join(env.HOME || homedir(), ".aws");
  return {
    config: env.AWS_CONFIG_FILE || join(folder, "config"),
    credentials: env.AWS_SHARED_CREDENTIALS_FILE || join(folder, "credentials"),
  };
}

/** By name; a nested value is named with its section, as in `s3.endpoint_url`. */
export async function readProfiles(
  env: NodeJS.ProcessEnv,
): Promise<Readonly<Partial<Record<string, Profile>>>> {
  const { configFile, credentialsFile } = await readFiles(env);
  const names = [...Object.keys(configFile).filter(isProfile), ...Object.keys(credentialsFile)];
  return Object.fromEntries(
    names.map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]),
  );
}

/** Sessions and services are in the same file. */
function isProfile(section: string): boolean {
  return !/^(?:sso-session|services|plugins)\b/.test(section);
}

async function readFiles(env: NodeJS.ProcessEnv) {
  const { config, credentials } = awsFiles(env);
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  return loadSharedConfigFiles({
    configFilepath: config,
    filepath: credentials,
    ignoreCache: true,
  });
}
