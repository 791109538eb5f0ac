// AWS's own configuration files, read as the SDK reads them.
import { homedir } from "node:os";
import { join } from "node:path";
import { incorrectUsage } from "../../host/expected-error.ts";

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
  return profilesOf(await readFiles(env));
}

export interface ChosenProfile {
  readonly name: string;
  readonly values: Profile;
  /** Its `services` section: `lambda.endpoint_url` and the like. */
  readonly services: Profile;
}

/** `--profile`, else AWS_PROFILE, else the default one; the last two may be missing. */
export async function chooseProfile(
  asked: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<ChosenProfile> {
  const files = await readFiles(env);
  const profiles = profilesOf(files);
  const name = asked ?? (env.AWS_PROFILE || "default");
  const values = profiles[name];
  if (values === undefined && asked !== undefined) {
    const known = Object.keys(profiles).join(", ") || "none";
    throw incorrectUsage(
      `there is no profile ${name} in ${Object.values(awsFiles(env)).join(" and ")}`,
      { remedy: `Its profiles: ${known}. Make one with aws configure --profile ${name}` },
    );
  }
  const services = values?.services && files.configFile[`services.${values.services}`];
  return { name, values: values ?? {}, services: services || {} };
}

function profilesOf({ configFile, credentialsFile }: Awaited<ReturnType<typeof readFiles>>) {
  const names = [...Object.keys(configFile).filter(isProfile), ...Object.keys(credentialsFile)];
  return Object.fromEntries(
    names.map((name): [string, Profile] => [
      name,
      { ...configFile[name], ...credentialsFile[name] },
    ]),
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
