// A reader at a terminal: types the commands of a page one after another, in one folder.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { projectEnvironment } from "../helpers/project-environment.ts";
import type { Block } from "./blocks.ts";

/** Where the pages say the service is; in a test it is wherever a port is free. */
const pageAddress = "127.0.0.1:9000";

const commandMs = 30_000;

export interface Reader {
  /** The output as the page would show it. */
  run(block: Block): Promise<{ stdout: string; stderr: string; code: number | null }>;
  /** Ends what was left running. */
  leave(): Promise<void>;
}

/** What a command exports, the next one finds, as in a terminal. */
export function createReader(cwd: string): Reader {
  const exported = join(cwd, ".exported");
  const env = { ...projectEnvironment(), NO_COLOR: "1" };
  let server: ChildProcess | undefined;
  let address = pageAddress;

  /** Ends what was served before. */
  async function leave(): Promise<void> {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const closed = once(server, "close");
    process.kill(-server.pid, "SIGTERM");
    await closed;
  }

  async function serve(command: string) {
    await leave();
    // In a group of its own: npx starts a shell, and that the service.
    server = spawn("sh", ["-euc", `${command.trimEnd()} --port 0`], {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    server.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk;
    });
    const started = Promise.withResolvers<number | null>();
    server.stdout?.on("data", (chunk: Buffer) => {
      stdout += chunk;
      const [, found] = /^stdlambda on http:\/\/(\S+)/.exec(stdout) ?? [];
      if (found === undefined) return;
      address = found;
      started.resolve(0);
    });
    server.once("close", (code) => started.resolve(code ?? 1));
    const tooLate = setTimeout(leave, commandMs);
    const code = await started.promise;
    clearTimeout(tooLate);
    return { code, stdout, stderr };
  }

  async function run(command: string) {
    const remembered = `[ ! -f '${exported}' ] || . '${exported}'\n${command}\nstatus=$?\nexport -p >'${exported}'\nexit $status`;
    const child = spawn("sh", ["-euc", remembered], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: commandMs,
    });
    const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { stdout, stderr, code: await closed };
  }

  return {
    async run({ command, serves }) {
      if (serves) return serve(command);
      const result = await run(command.replaceAll(pageAddress, address));
      return { ...result, stdout: result.stdout.replaceAll(address, pageAddress) };
    },
    leave,
  };
}
