// `stdlambda dev` of an empty folder, as the place that the examples are deployed to.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type AwsCommand, awsCommand } from "../end-to-end/aws-command.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { startAwsStandIn } from "../scripts-examples/aws-stand-in.ts";

const executable = join(import.meta.dirname, "../../cli/run.ts");

export interface LocalService {
  readonly url: string;
  /** AWS's command line, which works in `folder`. */
  readonly aws: AwsCommand;
  readonly folder: string;
  log(): string;
  close(): Promise<void>;
}

/** The variables that the examples are configured with, to call the stand-in for AWS. */
type ExampleVariables = Readonly<Record<"AWS_ENDPOINT_URL" | "QUEUE_URL", string>>;

export interface StandIn {
  readonly variables: ExampleVariables;
  /** Whose keys the service gives to its functions. */
  readonly credentials: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startStandIn(): Promise<StandIn> {
  const { variables, close } = await startAwsStandIn();
  const { AWS_ENDPOINT_URL = "", QUEUE_URL = "", ...credentials } = variables;
  return { variables: { AWS_ENDPOINT_URL, QUEUE_URL }, credentials, close };
}

/** @param through makes the command that runs the service out of the service's own. */
export async function startLocalService(
  { credentials }: StandIn,
  through: (command: readonly string[]) => readonly string[] = (command) => command,
): Promise<LocalService> {
  const [program = "", ...args] = through([
    ...[process.execPath, executable, "dev", temporaryFiles(), "--port", "0"],
  ]);
  const dev = execa(program, args, {
    cwd: tmpdir(),
    extendEnv: false,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/tmp", ...credentials },
    reject: false,
    buffer: false,
    stdin: "ignore",
  });
  let log = "";
  const started = new Promise<string>((resolve, reject) => {
    dev.stdout.setEncoding("utf8").on("data", (text: string) => {
      const url = /^stdlambda on (\S+) /.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    dev.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    void dev.then(({ exitCode }) => reject(new Error(`it ended with ${exitCode}: ${log}`)));
  });
  const url = await started;
  const folder = temporaryFiles();
  return {
    url,
    folder,
    aws: awsCommand(url, folder),
    log: () => log,
    async close() {
      dev.kill("SIGTERM");
      await dev;
    },
  };
}
