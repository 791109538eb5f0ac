// A deployment that is killed goes on from where it was when the same command is run again.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import {
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  ListLayerVersionsCommand,
} from "@aws-sdk/client-lambda";
import { execa } from "execa";
import { startDeployment, testEnvironment } from "./deployment.ts";
import type { Hooks } from "./lambda-proxy.ts";

const executable = join(import.meta.dirname, "../../cli/run.ts");
const named = { FunctionName: "hello" };
const live = { ...named, Qualifier: "live" };

/** More runs than a deployment has calls that change something. */
const mostRuns = 20;

async function killedDeployment(t: Parameters<typeof startDeployment>[0], hooks: Hooks) {
  const deployment = await startDeployment(t, { "hello.sh": "#!/bin/sh\ncat\n" }, hooks);
  const { folder, proxy } = deployment;
  const start = (args: readonly string[]) =>
    execa(
      process.execPath,
      [
        executable,
        ...["deploy", "--runtime", "nodejs24.x", "--url", "--root", folder],
        ...["--out", join(folder, "dist"), "--endpoint-url", proxy.url, ...args],
      ],
      {
        // Two dozen starts: what one has compiled, the next one takes.
        env: {
          ...testEnvironment,
          NODE_COMPILE_CACHE: join(testEnvironment.XDG_CACHE_HOME, "code"),
        },
        extendEnv: false,
        reject: false,
      },
    );
  return { ...deployment, start };
}

it("ends as it should, though each run is killed one change further on", {
  timeout: 120_000,
}, async (t) => {
  const slot: { child?: { kill(signal: "SIGKILL"): boolean } } = {};
  const killedAt = new Set<string>();
  const { start, client, folder, proxy } = await killedDeployment(t, {
    after({ method, path, body }) {
      const change = `${method} ${path} ${body}`;
      if (method === "GET" || killedAt.has(change)) return;
      killedAt.add(change);
      slot.child?.kill("SIGKILL");
    },
  });
  async function untilDone(args: readonly string[]): Promise<void> {
    for (let runs = 1; runs < mostRuns; runs++) {
      const child = start(args);
      slot.child = child;
      const { exitCode, isTerminated, stderr } = await child;
      if (isTerminated) continue;
      assert.equal(exitCode, 0, String(stderr));
      return;
    }
    assert.fail(`not done after ${mostRuns} runs: ${proxy.writes().join(", ")}`);
  }
  await untilDone(["--tag", "team=one", "--reserved-concurrency", "2"]);
  // After: layer, function, concurrency, version, alias, URL and each of two permissions.
  assert.equal(killedAt.size, 8, [...killedAt.keys()].map((key) => key.slice(0, 80)).join("\n"));
  writeFileSync(join(folder, "hello.sh"), "#!/bin/sh\necho changed\n");
  const changes = ["--memory", "256", "--tag", "team=two", "--reserved-concurrency", "3"];
  killedAt.clear();
  await untilDone([...changes, "--url", "iam"]);
  // After: settings, code, tags, concurrency, version, alias, URL and each of two permissions.
  assert.equal(killedAt.size, 9, [...killedAt.keys()].map((key) => key.slice(0, 80)).join("\n"));

  const { Configuration, Tags, Concurrency } = await client.send(new GetFunctionCommand(named));
  assert.equal(Configuration?.MemorySize, 256);
  assert.equal(Configuration?.LastUpdateStatus, "Successful");
  assert.equal(Tags?.team, "two");
  assert.equal(Concurrency?.ReservedConcurrentExecutions, 3);
  const { FunctionVersion } = await client.send(new GetAliasCommand({ ...named, Name: "live" }));
  const version = await client.send(
    new GetFunctionConfigurationCommand({ ...named, Qualifier: FunctionVersion }),
  );
  assert.equal(version.CodeSha256, Configuration?.CodeSha256);
  assert.equal(version.MemorySize, 256);
  const { AuthType } = await client.send(new GetFunctionUrlConfigCommand(live));
  assert.equal(AuthType, "AWS_IAM");
  await assert.rejects(client.send(new GetPolicyCommand(live)), {
    name: "ResourceNotFoundException",
  });
  const { LayerVersions } = await client.send(
    new ListLayerVersionsCommand({ LayerName: "stdlambda-thin-x86_64" }),
  );
  assert.equal(LayerVersions?.length, 1);
});

it("ends as it should when it is killed at any time", { timeout: 120_000 }, async (t) => {
  const { start, client } = await killedDeployment(t, {});
  for (const delayMs of [250, 450, 550, 650, 750]) {
    const child = start([]);
    const timer = setTimeout(() => child.kill("SIGKILL"), delayMs * (0.8 + 0.4 * Math.random()));
    await child;
    clearTimeout(timer);
  }
  const { exitCode, stderr } = await start([]);
  assert.equal(exitCode, 0, String(stderr));
  const latest = await client.send(new GetFunctionConfigurationCommand(named));
  const published = await client.send(new GetFunctionConfigurationCommand(live));
  assert.equal(latest.State, "Active");
  assert.equal(published.CodeSha256, latest.CodeSha256);
  const { Policy = "" } = await client.send(new GetPolicyCommand(live));
  assert.equal((JSON.parse(Policy) as { Statement: unknown[] }).Statement.length, 2);
});

it("says on Ctrl-C what is done, and that the same command goes on", async (t) => {
  const stop = new AbortController();
  const { run } = await startDeployment(
    t,
    { "hello.sh": "#!/bin/sh\ncat\n" },
    {
      after({ method, path }) {
        if (method === "POST" && path.endsWith("/functions")) stop.abort(new Error("stopped"));
      },
    },
  );
  const { signal } = stop;
  const bare = ["deploy", "--layer", "none"];
  let said = "";
  const onStderr = (text: string) => {
    said += text;
  };
  await assert.rejects(run(bare, { signal, onStderr }), { message: "stopped" });
  assert.match(said, /^stopped/m);
  assert.match(said, /^Run the same command again: it continues from there\.\n$/m);
  const { exitCode, stdout } = await run(bare);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^hello changed\n {2}\+ Alias\.live +new version/);
});
