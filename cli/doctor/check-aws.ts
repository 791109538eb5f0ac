// Credentials and region for AWS: whether there are any, and where they come from. Calls nobody.

import { awsFiles, type Profile, readProfiles } from "../service/aws-profiles.ts";
import type { ClientOptions } from "../service/service-client.ts";
import type { Finding } from "./finding.ts";

export async function checkAws(options: ClientOptions, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const profiles = await readProfiles(env);
  const name = options.profile ?? (env.AWS_PROFILE || undefined);
  const profile = profiles[name ?? "default"];
  if (name !== undefined && profile === undefined) {
    const known = Object.keys(profiles).join(", ") || "none";
    return [
      {
        status: "fail",
        what: "credentials",
        detail: `there is no profile ${name} in ${Object.values(awsFiles(env)).join(" and ")}`,
        remedy: `Its profiles: ${known}. Make one with aws configure --profile ${name}`,
      },
    ];
  }
  return [checkCredentials(options, name, profile, env), checkRegion(options, profile, env)];
}

function checkCredentials(
  { profile: asked }: ClientOptions,
  name: string | undefined,
  profile: Profile | undefined,
  env: NodeJS.ProcessEnv,
): Finding {
  const what = "credentials";
  const expiry = env.AWS_CREDENTIAL_EXPIRATION;
  // The SDK's order: a profile that is named in the call overrides the variables.
  if (asked === undefined && env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
    if (expiry && Date.parse(expiry) < Date.now()) {
      const detail = `the credentials in AWS_ACCESS_KEY_ID expired at ${expiry}`;
      return {
        status: "fail",
        what,
        detail,
        remedy: "Get new ones: aws sso login, or your own way",
      };
    }
    const detail = `AWS_ACCESS_KEY_ID ${masked(env.AWS_ACCESS_KEY_ID)} from the environment`;
    const also = name === undefined ? "" : `; AWS_PROFILE=${name} is ignored`;
    return { status: also ? "warn" : "ok", what, detail: detail + also };
  }
  const source = profile && sourceOf(profile);
  if (source !== undefined) {
    return { status: "ok", what, detail: `profile ${name ?? "default"}: ${source}` };
  }
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) {
    return { status: "ok", what, detail: `a web identity for ${env.AWS_ROLE_ARN}` };
  }
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
    return { status: "ok", what, detail: "the credentials of this container" };
  }
  return {
    status: "warn",
    what,
    detail: "none are set here; only calls to AWS itself need them",
    remedy:
      "aws configure or aws sso login, then AWS_PROFILE or --profile; or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  };
}

function sourceOf(profile: Profile): string | undefined {
  if (profile.aws_access_key_id) return `access key ${masked(profile.aws_access_key_id)}`;
  if (profile.sso_session || profile.sso_start_url) return "single sign-on (aws sso login)";
  if (profile.login_session) return "sign-in of the console (aws login)";
  if (profile.role_arn) return `role ${profile.role_arn}`;
  if (profile.credential_process) return "the program of credential_process";
  return profile.web_identity_token_file && "a web identity";
}

/** Enough to tell keys apart. */
function masked(key: string): string {
  return `…${key.slice(-4)}`;
}

function checkRegion(
  { region: asked }: ClientOptions,
  profile: Profile | undefined,
  env: NodeJS.ProcessEnv,
): Finding {
  const what = "region";
  const sources: readonly (readonly [string, string | undefined])[] = [
    ["--region", asked],
    ["AWS_REGION", env.AWS_REGION],
    ["AWS_DEFAULT_REGION", env.AWS_DEFAULT_REGION],
    ["the profile", profile?.region],
  ];
  const [source, region] = sources.find(([, value]) => value) ?? [];
  if (region === undefined) {
    const remedy = "Give --region or AWS_REGION, or aws configure set region NAME";
    return { status: "warn", what, detail: "none is set; calls to AWS itself need one", remedy };
  }
  if (/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
    return { status: "ok", what, detail: `${region}, from ${source}` };
  }
  const remedy = "Write a region as in eu-central-1, without the letter of a zone";
  return { status: "fail", what, detail: `"${region}" of ${source} is not a region`, remedy };
}
