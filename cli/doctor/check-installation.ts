// Whether this machine has what stdlambda itself needs: Node, the host, a sandbox.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { hostBootstrap } from "../../build/release/host-location.ts";
import { version } from "../../host/version.ts";
import { oldestNode, usualNode } from "../../lambda/node.ts";
import { probeBubblewrap } from "../../local/sandbox/isolation.ts";
import type { Finding } from "./finding.ts";

export async function checkInstallation(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [checkNode(process.version), checkHost(), await checkSandbox(env)];
}

/** `running` as `process.version`. */
export function checkNode(running: string): Finding {
  const [major = 0, minor = 0] = running.slice(1).split(".").map(Number);
  const detail = `${running} runs stdlambda ${version}`;
  if (major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor)) {
    return { status: "ok", what: "Node", detail };
  }
  const remedy = `Install Node ${usualNode} (nodejs.org); ${oldestNode.major}.${oldestNode.minor} is the oldest that works`;
  return { status: "fail", what: "Node", detail, remedy };
}

function checkHost(): Finding {
  const what = "host";
  try {
    const bootstrap = hostBootstrap();
    const isCheckout = existsSync(join(dirname(bootstrap), "main.ts"));
    if (isCheckout) return { status: "ok", what, detail: `${bootstrap}, from its sources` };
    const missing = ["main.cjs", "host.js", "prefork-preload.cjs", "languages"].find(
      (name) => !existsSync(join(dirname(bootstrap), name)),
    );
    if (missing === undefined) return { status: "ok", what, detail: bootstrap };
    const detail = `${join(dirname(bootstrap), missing)} is missing`;
    return { status: "fail", what, detail, remedy: "Install stdlambda again" };
  } catch (error) {
    const detail = (error as Error).message;
    return { status: "fail", what, detail, remedy: "Install stdlambda again" };
  }
}

async function checkSandbox({ PATH = "" }: NodeJS.ProcessEnv): Promise<Finding> {
  const what = "sandbox";
  const probed = await probeBubblewrap(PATH, []);
  if ("isolate" in probed) {
    return { status: "ok", what, detail: "bubblewrap gives functions Lambda's own paths" };
  }
  return {
    status: "warn",
    what,
    detail: `${probed.why}: functions run in their own folders, without /var/task and /opt`,
    remedy: "Install bubblewrap for that (apt-get install bubblewrap); all else works without it",
  };
}
