// The profiles of AWS's own files, as far as one has to look without calling anybody.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export type Profile = Readonly<Record<string, string>>;

export interface Profiles {
  readonly files: readonly string[];
  readonly profiles: ReadonlyMap<string, Profile>;
}

export function readProfiles(env: NodeJS.ProcessEnv): Profiles {
  const folder = join(env.HOME || homedir(), ".aws");
  const files = [
    env.AWS_CONFIG_FILE || join(folder, "config"),
    env.AWS_SHARED_CREDENTIALS_FILE || join(folder, "credentials"),
  ];
  const profiles = new Map<string, Profile>();
  for (const file of files) {
    for (const [name, values] of sections(readText(file))) {
      profiles.set(name, { ...profiles.get(name), ...values });
    }
  }
  return { files, profiles };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Most machines lack one of the two; what counts is whether the profile is found.
    return "";
  }
}

/** `[profile work]` in the one file is `[work]` in the other; nested values stand indented. */
function* sections(text: string): Generator<[string, Record<string, string>]> {
  let name: string | undefined;
  let values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*(.+?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) {
      if (name !== undefined) yield [name, values];
      name = /^(?:profile\s+)?(.+)$/.exec(header)?.[1];
      // Sessions and services are no profiles, though they stand in the same file.
      if (/^(?:sso-session|services|plugins)\b/.test(header)) name = undefined;
      values = {};
      continue;
    }
    const [, key, value] = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values[key] = value;
  }
  if (name !== undefined) yield [name, values];
}
