import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-escaped-"));
after(() => rmSync(root, { recursive: true, force: true }));
const skip = missingTool(["setsid"]);

// The daemon holds none of the streams, and has a child of its own.
const daemon = 'setsid sh -c "sleep 300 & sleep 300" </dev/null >/dev/null 2>&1 &';
writeFileSync(join(root, "daemon.sh"), `#!/bin/sh\n${daemon}\nsleep 0.1\necho $$\n`);
writeFileSync(
  join(root, "daemon.mjs"),
  `import { execSync } from "node:child_process";\nexecSync(${JSON.stringify(`${daemon} sleep 0.1`)});\nconsole.log(process.pid);\n`,
);
writeFileSync(join(root, "slow.sh"), "#!/bin/sh\nsleep 1\necho whole\n");
chmodSync(join(root, "daemon.sh"), 0o755);

function carriesEvent(pid: number, requestId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").includes(requestId);
  } catch {
    return false;
  }
}

function leftRunning(script: number, requestId: string): number[] {
  return Array.from({ length: 200 }, (_, index) => script + index).filter((pid) =>
    carriesEvent(pid, requestId),
  );
}

for (const handler of ["daemon.sh", "daemon.mjs"]) {
  it(`a daemon that ${handler} left behind is gone once its event is answered`, {
    skip,
  }, async () => {
    await using host = await startHost({ handler, root });
    const answer = await host.invoke("{}");
    assert.equal(answer.status, "response");
    // The host has killed it before it polled again; the system takes a moment to clear it away.
    const script = Number(answer.body.toString());
    const patience = Date.now() + 1000;
    while (leftRunning(script, answer.requestId).length > 0 && Date.now() < patience)
      await delay(5);
    assert.deepEqual(leftRunning(script, answer.requestId), []);
  });
}

it("a script of another host with the same request id is left alone", { skip }, async () => {
  const headers = { "Lambda-Runtime-Aws-Request-Id": "the-same" };
  await using one = await startHost({ handler: "slow.sh", root });
  await using other = await startHost({ handler: "daemon.sh", root });
  await one.invoke("{}", { headers });
  const slow = one.invoke("{}", { headers });
  await delay(200);
  await other.invoke("{}", { headers });
  assert.equal((await slow).body.toString(), "whole\n");
});
