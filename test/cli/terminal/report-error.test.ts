// What a command prints when it fails, and its exit status: through a whole process where it matters.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { reportError } from "../../../cli/terminal/report-error.ts";
import { HostError } from "../../../host/errors.ts";
import { ExpectedError, incorrectUsage, withSubject } from "../../../host/expected-error.ts";

async function reported(error: unknown): Promise<{ status: number; told: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const status = reportError(error, { stdin, stdout, stderr, env: {} });
  stderr.end();
  return { status, told: await text(stderr) };
}

describe("an expected error", () => {
  test("is its message, then what to do, without a stack", async () => {
    const error = new ExpectedError("no bucket", { remedy: "Make one\nor name another" });
    assert.deepEqual(await reported(error), {
      status: 1,
      told: "error: no bucket\nMake one\nor name another\n",
    });
  });

  test("has a line for each problem, and the exit status of incorrect usage", async () => {
    const error = withSubject("hello", incorrectUsage(["no a", "no b"], { remedy: "Add both" }));
    assert.deepEqual(await reported(error), {
      status: 2,
      told: "error: hello: no a\nhello: no b\nAdd both\n",
    });
  });

  test("of the host is one, too, with its type", async () => {
    const error = new HostError("Runtime.HandlerNotFound", "there is no hello.ts");
    assert.ok(error instanceof ExpectedError);
    assert.equal(error.type, "Runtime.HandlerNotFound");
    assert.deepEqual(await reported(error), { status: 1, told: "error: there is no hello.ts\n" });
  });

  test("with the exit status 0 is not printed", async () => {
    assert.deepEqual(await reported(new ExpectedError("gone", { exitStatus: 0 })), {
      status: 0,
      told: "",
    });
  });

  test("is also what the operating system refuses", async () => {
    const refusal = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
    });
    const { status, told } = await reported(refusal);
    assert.equal(status, 1);
    assert.equal(told, "error: ENOSPC: no space left on device, write\n");
  });
});

test("anything else is a bug, with its stack and where to report it", async () => {
  const { status, told } = await reported(new TypeError("x is undefined"));
  assert.equal(status, 1);
  assert.match(told, /^error: this is a bug in stdlambda \d+\.\d+\.\d+.*report it/);
  assert.match(told, /TypeError: x is undefined\n +at .*report-error\.test\.ts/);
});
