// What the host was started with and no script may have.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { startRuntimeApiServer } from "../helpers/runtime-api-server.ts";
import { checkoutBootstrap } from "./bootstrap-process.ts";
import { temporaryFiles } from "./temporary-files.ts";

const listing = "cat >/dev/null; ls -l /proc/self/fd | grep -c platform; echo logged >&2\n";

/** Starts the bootstrap with a file at each descriptor, through a shell that can name them. */
async function descriptorsOf(
  handler: string,
  env: Record<string, string>,
  fds: readonly number[],
): Promise<{ open: string; records: string }> {
  const root = temporaryFiles({
    "a.sh*": `#!/bin/sh\n${listing}`,
    "a.mjs":
      "import { readdirSync, readlinkSync } from 'node:fs'; console.error('logged'); console.log(readdirSync('/proc/self/fd').filter((fd) => { try { return readlinkSync('/proc/self/fd/' + fd).includes('platform'); } catch { return false; } }).join(' '));",
    platform: "",
  });
  const file = join(root, "platform");
  const api = await startRuntimeApiServer(async () => "");
  const redirections = fds.map((fd) => `${fd}>>${file}`).join(" ");
  const child = spawn("bash", ["-c", `exec ${redirections} ${checkoutBootstrap}`], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "inherit", "ignore"],
    env: {
      PATH: process.env.PATH,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: root,
      AWS_LAMBDA_RUNTIME_API: api.address,
      ...env,
    },
  });
  try {
    const { body } = await api.invoke("{}", {});
    return { open: body.toString(), records: readFileSync(file, "latin1") };
  } finally {
    process.kill(-(child.pid as number), "SIGKILL");
    api.close();
  }
}

describe("a script", { timeout: 60_000, skip: missingTool(["bash"]) }, () => {
  for (const telemetry of [3, 15, 16, 62, 200]) {
    it(`does not inherit the telemetry descriptor ${telemetry}, which the log still uses`, async () => {
      const env = { _LAMBDA_TELEMETRY_LOG_FD: String(telemetry) };
      for (const [handler, mode] of [
        ["a.sh", "spawn"],
        ["a.mjs", "prefork"],
        ["a.mjs", "spawn"],
      ] as const) {
        const { open, records } = await descriptorsOf(handler, { ...env, STDLAMBDA_MODE: mode }, [
          telemetry,
        ]);
        assert.equal(open.trim(), handler === "a.sh" ? "0" : "");
        assert.match(records, /\xa5\x5a[\s\S]*logged/);
      }
    });
  }

  it("inherits no other descriptor of the host's either", async () => {
    const { open } = await descriptorsOf("a.mjs", {}, [5, 17, 40, 99, 300]);
    assert.equal(open, "\n");
  });

  it("inherits no socket that is the telemetry descriptor", async () => {
    const root = temporaryFiles({
      "a.mjs":
        "import { readdirSync, readlinkSync } from 'node:fs'; console.log(JSON.stringify(readdirSync('/proc/self/fd').filter((fd) => fd > 30)));",
    });
    const api = await startRuntimeApiServer(async () => "");
    const none = openSync("/dev/null", "r");
    const child = spawn("bash", [checkoutBootstrap], {
      cwd: root,
      detached: true,
      // Node's own pipes are sockets. (Lambda's sh is bash; dash has no two-digit descriptors.)
      stdio: Array.from({ length: 63 }, (_, fd) => (fd === 62 ? "pipe" : fd < 3 ? none : "ignore")),
      env: {
        PATH: process.env.PATH,
        _HANDLER: "a.mjs",
        LAMBDA_TASK_ROOT: root,
        AWS_LAMBDA_RUNTIME_API: api.address,
        _LAMBDA_TELEMETRY_LOG_FD: "62",
      },
    });
    try {
      const { body } = await api.invoke("{}", {});
      assert.equal(body.toString(), "[]\n");
    } finally {
      process.kill(-(child.pid as number), "SIGKILL");
      api.close();
      closeSync(none);
    }
  });
});
