// The entry point: found and started in any way, on any shell; a Node that is missing or too old is named.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { copyCheckout } from "../helpers/checkout-copy.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { type BootstrapOptions, checkoutBootstrap, startBootstrap } from "./bootstrap-process.ts";
import { nextAnswer, sized, startScriptedServer } from "./runtime-api/scripted-server.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda bootstrap "));
const checkout = dirname(dirname(checkoutBootstrap));
/** The bundle as it lies in a layer: no node_modules near it. */
const layer = join(root, "a layer");
const layerBootstrap = join(layer, "bootstrap");

before(() => {
  const copy = copyCheckout();
  // Built from these sources, whatever lies in dist/.
  rmSync(join(copy.root, "dist"), { recursive: true });
  execFileSync(process.execPath, ["build/release/dist.ts"], { cwd: copy.root });
  cpSync(join(copy.root, "dist/host"), layer, { recursive: true });
  copy.remove();
  writeFileSync(join(root, "echo.sh"), "#!/bin/sh\ncat\n", { mode: 0o755 });
  mkdirSync(join(root, "links/deep"), { recursive: true });
  symlinkSync(checkoutBootstrap, join(root, "links/absolute"));
  symlinkSync("../a layer/bootstrap", join(root, "links/relative"));
  symlinkSync("../relative", join(root, "links/deep/chain"));
  symlinkSync("chain", join(root, "links/deep/sibling"));
});
after(() => rmSync(root, { recursive: true, force: true }));

/** Starts it and sees an event echoed. */
async function assertServes(options: Omit<BootstrapOptions, "runtimeApi">): Promise<void> {
  await using api = await startScriptedServer(async (peer) => {
    await peer.request();
    await peer.write(nextAnswer("a", '{"hello":"world"}'));
    await peer.request();
    await peer.write(sized(500, "enough"));
  });
  await using host = startBootstrap({
    handler: "echo.sh",
    root,
    ...options,
    runtimeApi: api.address,
  });
  const { code } = await host.exited;
  assert.equal(
    api.requests[1]?.body.toString(),
    '{"hello":"world"}',
    `exit ${code}: ${host.log()}`,
  );
}

const starts: Record<string, () => Omit<BootstrapOptions, "runtimeApi">> = {
  "in the checkout": () => ({}),
  "in the checkout from another directory, by a relative path": () => ({
    cwd: dirname(checkout),
    command: [join(".", basename(checkout), "host/bootstrap")].map((p) => `./${p}`) as [string],
  }),
  "in the checkout by a relative path, with CDPATH set": () => ({
    cwd: checkout,
    command: ["host/bootstrap"],
    env: { CDPATH: `/usr:${tmpdir()}` },
  }),
  "in its own directory, as an argument of sh": () => ({
    cwd: join(checkout, "host"),
    command: ["sh", "bootstrap"],
  }),
  "in a layer, whose path has a blank": () => ({ command: [layerBootstrap] }),
  "in a layer, as Lambda does: from the task root": () => ({
    cwd: root,
    command: [layerBootstrap],
  }),
  "in a layer by a relative path": () => ({ cwd: root, command: ["./a layer/bootstrap"] }),
  "by an absolute link": () => ({ command: [join(root, "links/absolute")] }),
  "by a relative link": () => ({ cwd: "/", command: [join(root, "links/relative")] }),
  "by a link to a link to a link": () => ({ command: [join(root, "links/deep/sibling")] }),
  "by a link in its own directory": () => ({
    cwd: join(root, "links/deep"),
    command: ["./sibling"],
  }),
};

for (const [how, options] of Object.entries(starts)) {
  test(`the host starts ${how}`, () => assertServes(options()));
}

for (const shell of [["dash"], ["bash"], ["bash", "--posix"], ["busybox", "sh"]] as const) {
  test(`the host starts under ${shell.join(" ")}`, { skip: missingTool([shell[0]]) }, async () => {
    await assertServes({ command: [...shell, layerBootstrap] });
    await assertServes({ command: [...shell, join(root, "links/deep/sibling")] });
    await assertServes({ command: [...shell, checkoutBootstrap] });
  });
}

test("a Node beside the bootstrap is taken before the one on PATH", async () => {
  const own = join(root, "with node");
  cpSync(layer, own, { recursive: true });
  mkdirSync(join(own, "bin"));
  symlinkSync(process.execPath, join(own, "bin/node"));
  await assertServes({ command: [join(own, "bootstrap")], env: { PATH: "/usr/bin:/bin" } });
});

test("without any Node the status is 127, and the log says what to do", async () => {
  await using host = startBootstrap({
    runtimeApi: "127.0.0.1:9",
    command: ["/bin/sh", layerBootstrap],
    env: { PATH: join(root, "links") },
  });
  const { code } = await host.exited;
  assert.equal(code, 127);
  assert.match(host.log(), /^ERROR stdlambda: there is no Node .*bin\/node beside bootstrap/);
});

for (const [where, bootstrap] of [
  ["a layer", layerBootstrap],
  ["the checkout", checkoutBootstrap],
] as const) {
  for (const [version, refused] of [
    ["20.20.2", true],
    ["22.18.0", true],
    ["22.19.0", false],
    ["26.0.0", false],
  ] as const) {
    test(`in ${where} Node ${version} is ${refused ? "refused by its version" : "taken"}`, async () => {
      const pretend = join(root, `pretend-${version}.cjs`);
      writeFileSync(
        pretend,
        `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });\n`,
      );
      const options = {
        command: [bootstrap] as [string],
        env: { NODE_OPTIONS: `--require "${pretend}"` },
      };
      if (!refused) return assertServes(options);
      await using host = startBootstrap({ ...options, runtimeApi: "127.0.0.1:9" });
      assert.equal((await host.exited).code, 1);
      assert.match(
        host.log(),
        new RegExp(
          `^ERROR stdlambda: \\S+ is Node ${version.replaceAll(".", "\\.")}, and the host needs 22\\.19 or newer: .*\\n$`,
        ),
      );
    });
  }
}
