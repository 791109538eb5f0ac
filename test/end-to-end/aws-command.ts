// The AWS CLI as a test calls it: Debian's where it is installed, with nothing of the caller's own set-up.
import { existsSync } from "node:fs";
import { execa } from "execa";

/** Debian's is version 2; another one that comes first on PATH may be older. */
const debian = "/usr/bin/aws";

export interface AwsCommand {
  /** Standard output as it is. @throws with `stderr` when the command fails. */
  text(...args: string[]): Promise<string>;
  /** Standard output read as JSON; undefined when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: the answers of some thirty operations
  json(...args: string[]): Promise<any>;
}

/** @param folder the working folder and HOME of each call. */
export function awsCommand(
  endpoint: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): AwsCommand {
  const program = existsSync(debian) ? debian : "aws";
  async function text(...args: string[]): Promise<string> {
    const { stdout } = await execa(program, ["--endpoint-url", endpoint, ...args], {
      cwd: folder,
      extendEnv: false,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        AWS_ACCESS_KEY_ID: "any",
        AWS_SECRET_ACCESS_KEY: "any",
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_PAGER: "",
        AWS_MAX_ATTEMPTS: "1",
        ...env,
      },
    });
    return stdout;
  }
  return {
    text,
    async json(...args) {
      const output = await text(...args, "--output", "json");
      return output === "" ? undefined : JSON.parse(output);
    },
  };
}
