// The bench as a user runs it, in its smoke form: the table is whole, answers are verified, and a
// runtime that lies, fails, leaks or dies is named.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { rows } from "../../bench/rows.ts";
import { bundledBootstrap } from "../../bench/runtimes.ts";

const fixtures = join(import.meta.dirname, "../fixtures/bench");
const main = join(import.meta.dirname, "../../bench/main.ts");
const commandLine = join(bundledBootstrap, "../../cli.js");
const isLinux = process.platform === "linux";

type Outcome = { code: number; stdout: string; stderr: string };

function bench(...parameters: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 16 * 1024 * 1024, timeout: 60_000 };
    execFile(process.execPath, [main, ...parameters], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, stdout, stderr });
    });
  });
}

function withBootstrap(name: string, ...parameters: string[]): Promise<Outcome> {
  return bench("--bootstrap", join(fixtures, name), ...parameters);
}

describe("a smoke run", () => {
  test("measures every row of the host and every floor, with verified answers", async (t) => {
    if (!existsSync(bundledBootstrap)) {
      assert.notEqual(process.env.CI, "true", "dist/ is missing; npm run build makes it");
      t.skip("dist/ is missing; npm run build makes it");
      return;
    }
    const { code, stdout, stderr } = await bench("--quick", "--json");
    const report = JSON.parse(stdout);
    assert.deepEqual(
      report.rows.map((result: { row: { name: string } }) => result.row.name),
      rows.map((row) => row.name),
    );
    for (const { row, absent, failed, cold, p50, rate } of report.rows) {
      assert.equal(failed, undefined, `${row.name}: ${failed}`);
      if (row.runtime === "aws-lambda-ric" && absent !== undefined) continue;
      assert.equal(absent, undefined, `${row.name}: ${absent}`);
      assert.ok(cold[0] > 0, `${row.name} has a cold start`);
      if (row.load !== undefined) assert.ok(p50[0] > 0 && rate[0] > 0, `${row.name} has a latency`);
    }
    assert.equal(code, 0, stderr);
  });

  test("prints a line for each row and the ratio to its floor", async () => {
    const { code, stdout } = await bench("--quick", "--only", "call", "--only", "bare-spawn");
    assert.equal(code, 0);
    assert.match(stdout, /^row +p50 .* p99 +events\/s +cold ms +peak MB +to floor$/m);
    assert.match(stdout, /^call: .* [um]s .* [um]s +\d+ +\d+\.\d/m);
    assert.match(stdout, /^bare-spawn: .*/m);
  });

  test("of a row brings its floor along", async () => {
    const { code, stdout } = await bench(
      "--quick",
      "--json",
      "--only",
      "prefork-ts",
      "--bootstrap",
      "/none",
    );
    const names = JSON.parse(stdout).rows.map(
      (result: { row: { name: string } }) => result.row.name,
    );
    assert.deepEqual(names, ["node", "prefork-ts"]);
    assert.equal(code, 1, "our own host must be there");
  });
});

describe("a runtime is failed by the bench", () => {
  test("when an answer is not the event's", async () => {
    const { code, stdout } = await withBootstrap(
      "lying-bootstrap",
      "--quick",
      "--only",
      "function",
    );
    assert.equal(code, 1);
    assert.match(stdout, /^function: the answer to 00000000-\S+ differs at byte 15$/m);
  });

  test("when it reports an error", async () => {
    const { code, stdout } = await withBootstrap(
      "failing-bootstrap",
      "--quick",
      "--only",
      "function",
    );
    assert.equal(code, 1);
    assert.match(stdout, /^function: event 00000000-\S+ got \S+\/error: .*no luck/m);
  });

  test("when it dies, with its log", async () => {
    const { code, stdout } = await withBootstrap(
      "dying-bootstrap",
      "--quick",
      "--only",
      "function",
    );
    assert.equal(code, 1);
    assert.match(stdout, /^function: it ended: exit status 3\ncannot find my handler$/m);
  });
});

describe("a soak", { skip: isLinux ? false : "needs /proc" }, () => {
  test("of a runtime that keeps nothing is flat", async () => {
    const { code, stdout } = await bench("--soak", "2000", "--mode", "call");
    assert.match(stdout, /^call: flat$/m);
    assert.equal(code, 0);
  });

  test("of a service holds 1,500 calls per second, its environments beside it", async (t) => {
    if (!existsSync(commandLine)) {
      assert.notEqual(process.env.CI, "true", "dist/ is missing; npm run build makes it");
      t.skip("dist/ is missing; npm run build makes it");
      return;
    }
    const { stdout } = await bench("--soak", "1000", "--mode", "dev");
    // Whether it is flat shows after minutes only.
    assert.match(stdout, /^dev: stdlambda dev, main, 1000 calls in .* per second$/m);
    assert.match(stdout, /^calls +service MB +environments MB +descriptors +processes +zombies$/m);
  });

  test("finds descriptors that are left open", async () => {
    const { code, stdout } = await withBootstrap("leaking-bootstrap", "--soak", "500");
    assert.match(stdout, /^function: fds grew from \d+ to \d+$/m);
    assert.equal(code, 1);
  });

  test("finds a process that outlives the runtime", async () => {
    const { code, stdout } = await withBootstrap(
      "littering-bootstrap",
      ...["--soak", "100", "--mode", "function"],
    );
    assert.match(stdout, /^function: .*1 processes left after its end$/m);
    assert.equal(code, 1);
  });
});

describe("a mistake on the command line", () => {
  test("of a row's name lists the names there are", async () => {
    const { code, stderr } = await bench("--only", "quick");
    assert.equal(code, 1);
    assert.match(stderr, /There is no such row\. Rows: node, bytes, call/);
  });

  test("of a number is refused", async () => {
    const { code, stderr } = await bench("--rounds", "many");
    assert.equal(code, 1);
    assert.match(stderr, /whole number/);
  });
});
