// Layers at /opt, as a function sees them: the full one with its own Node, the thin one with AWS's.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { ExpectedError } from "../../../host/expected-error.ts";
import { findProgram } from "../../../host/handler/find-program.ts";
import { cases } from "../../contract/cases.ts";
import { type Job, jobsFor } from "../../contract/jobs.ts";
import { runCase } from "../../contract/run-case.ts";
import { builtLayer } from "../../helpers/built-layer.ts";
import { missingTool } from "../../helpers/missing-tool.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-layer-"));
after(() => rmSync(root, { recursive: true, force: true }));

const node = realpathSync(process.execPath);
/** By its path, for environments without any program. */
const bubblewrap = findProgram("bwrap", process.env.PATH ?? "");

/** Of each convention something: handlers, modes, failures, limits, streams, logs. */
const chosen = [
  /^a head byte by byte before a chunked event is one head$/,
  /^a script in a folder runs in the task root$/,
  /^a fresh process for every event, in mode (?:spawn|prefork)$/,
  /^a script that exports main is loaded once/,
  /^in mode loop one process serves many events/,
  /^a non-zero exit without a word says its status$/,
  /^an exception is a function error of its name$/,
  /^with stdout as json, text is a string/,
];
const jobs = jobsFor(cases.filter(({ name }) => chosen.some((pattern) => pattern.test(name))));

async function holds({ row, kind }: Job, bootstrap: string): Promise<void> {
  const { problems, log } = await runCase(row, kind, bootstrap);
  assert.deepEqual(problems, [], log.slice(-2000));
}

/** An executable that starts /opt/bootstrap with `folder` at /opt, and nothing of AWS's but `more`. */
function atOpt(name: string, folder: string, more: readonly string[] = []): string {
  const file = join(root, name);
  const mounts = [
    [
      "--ro-bind",
      "/",
      "/",
      "--dev-bind",
      "/dev",
      "/dev",
      "--proc",
      "/proc",
      "--bind",
      "/tmp",
      "/tmp",
    ],
    ["--tmpfs", "/var", "--ro-bind", folder, "/opt", ...more],
  ].flat();
  const quoted = mounts.map((word) => `'${word}'`).join(" ");
  writeFileSync(
    file,
    `#!/bin/sh\nexec ${bubblewrap} --die-with-parent ${quoted} -- /opt/bootstrap\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

const skip = process.platform === "linux" ? missingTool(["bwrap"]) : "bubblewrap needs Linux";
const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

describe("a full layer at /opt", { skip, concurrency: 2 }, () => {
  let bootstrap: string;
  let folder: string;
  before(async () => {
    ({ folder } = await builtLayer("full", architecture));
    bootstrap = atOpt("full", folder);
  });

  for (const job of jobs) test(job.title, () => holds(job, bootstrap));

  test("Node takes the host's compiled code, and is the one of the lock file", () => {
    const script = `
      const { readFileSync } = require("node:fs");
      const filename = "${folder}/stdlambda/host.js";
      const cachedData = readFileSync("${folder}/stdlambda/host.code");
      const script = new (require("node:vm").Script)(readFileSync(filename, "latin1"), { filename, cachedData });
      console.log(process.version, script.cachedDataRejected);`;
    const output = execFileSync(join(folder, "bin/node"), ["-e", script]).toString();
    assert.match(output, /^v24\.\d+\.\d+ false\n$/);
  });

  test("tsx runs what Node cannot strip", () => {
    const script = join(root, "enum.ts");
    writeFileSync(script, "enum Colour { Red = 7 }\nconsole.log(Colour.Red);\n");
    const tsx = join(folder, "nodejs/node_modules/tsx/dist/loader.mjs");
    const output = execFileSync(join(folder, "bin/node"), ["--import", tsx, script]).toString();
    assert.equal(output, "7\n");
  });
});

describe("a thin layer at /opt", { skip, concurrency: 2 }, () => {
  let folder: string;
  before(async () => {
    ({ folder } = await builtLayer("thin", architecture));
  });

  describe("with AWS's Node", () => {
    let bootstrap: string;
    before(() => {
      bootstrap = atOpt("thin", folder, ["--ro-bind", node, "/var/lang/bin/node"]);
    });
    for (const job of jobs.slice(0, 6)) test(job.title, () => holds(job, bootstrap));
  });

  test("with none says in one line what is wrong", () => {
    const { status, stderr } = spawnSync(atOpt("alone", folder), {
      env: { PATH: "/no-programs", _HANDLER: "x.sh", AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9" },
      encoding: "utf8",
    });
    assert.equal(status, 127, stderr);
    assert.match(stderr, /^ERROR stdlambda: there is no Node .*a full layer, .*nodejs24\.x\n$/);
  });
});

const sysroot = "/usr/aarch64-linux-gnu";

describe("a full layer for arm64, under qemu", { skip: withoutEmulator() }, () => {
  let bootstrap: string;
  let unreachable: string | undefined;
  before(async () => {
    const built = await builtLayer("full", "arm64").catch((error: Error) => {
      if (process.env.CI === "true" || !(error instanceof ExpectedError)) throw error;
      unreachable = error.message;
    });
    if (built === undefined) return;
    const { folder } = built;
    const emulated = join(root, "arm64");
    cpSync(folder, emulated, { recursive: true });
    renameSync(join(emulated, "bin/node"), join(emulated, "node.arm64"));
    const start = `exec qemu-aarch64-static -L ${sysroot} ${emulated}/node.arm64 "$@"`;
    writeFileSync(join(emulated, "bin/node"), `#!/bin/sh\n${start}\n`, { mode: 0o755 });
    bootstrap = join(emulated, "bootstrap");
  });

  // Scripts of Node are started by the program's own path, which only a real arm64 can execute.
  for (const job of jobs.filter(({ row }) => /in the task root|of its name$/.test(row.name))) {
    test(job.title, (context: TestContext) => {
      if (unreachable !== undefined) return context.skip(unreachable);
      return holds(job, bootstrap);
    });
  }
});

function withoutEmulator(): string | false {
  if (process.platform !== "linux" || process.arch !== "x64") return "for Linux on x86_64";
  const missing = missingTool(["qemu-aarch64-static"]);
  if (missing) return missing;
  const library = `${sysroot}/lib/libstdc++.so.6`;
  if (existsSync(library)) return false;
  const reason = `there is no ${library} (Debian: libstdc++6-arm64-cross)`;
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}
