// `stdlambda invoke` as a process: bytes in, bytes out, the log apart, the exit status.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { maximumPayloadBytes } from "../../../lambda/limits.ts";
import { fixtures, run, start } from "../command-line.ts";

describe("stdlambda invoke", { concurrency: 2 }, () => {
  test("prints the response byte for byte, and nothing else to stdout", async () => {
    const { exitCode, stdout } = await run(["invoke", "bytes.sh", "-d", "{}"]);
    assert.equal(exitCode, 0);
    assert.deepEqual(stdout, Buffer.from("a\0b\xff\xfe\r\n\n", "latin1"));
  });

  test("takes the event from -d, from -f, and from stdin", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "stdlambda-event-"));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, "event.json");
    await writeFile(file, ' {"from": "file"}\n');
    const input = '{"from":"stdin"}';
    const sources: [string[], string][] = [
      [["-d", '{"from":"data"}'], '{"from":"data"}'],
      [["-f", file], ' {"from": "file"}\n'],
      [["-d", "-"], input],
      [["-f", "-"], input],
      [[], input],
    ];
    for (const [args, expected] of sources) {
      const { stdout } = await run(["invoke", "echo.sh", ...args], { input });
      assert.equal(stdout.toString(), expected);
    }
  });

  test("says how to call the function of a file that it runs as a script", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "stdlambda-script-"));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "app.mjs"), "export const handler = async () => 1;\n");
    const script = await run(["invoke", "app.mjs", "--root", folder, "-d", "{}"]);
    assert.equal(script.exitCode, 0);
    assert.match(script.stderr, /warning: app\.mjs is run as a script; .* invoke app\.handler$/m);
    const called = await run(["invoke", "app.handler", "--root", folder, "-d", "{}"]);
    assert.equal(called.stdout.toString(), "1");
    assert.doesNotMatch(called.stderr, /warning/);
  });

  test("takes an empty stdin as the event {}", async () => {
    assert.equal((await run(["invoke", "echo.sh"])).stdout.toString(), "{}");
  });

  test("writes the log and a report to stderr", async () => {
    const { exitCode, stdout, stderr } = await run(["invoke", "fail.sh", "-d", "{}"]);
    assert.equal(exitCode, 1);
    const error = JSON.parse(stdout.toString());
    assert.equal(error.errorType, "Function.Exit3");
    assert.equal(error.errorMessage, "no stock left");
    const lines = stderr.trimEnd().split("\n");
    assert.ok(lines.includes("no stock left"));
    assert.equal(lines.at(-2), "Function.Exit3: no stock left");
    assert.match(
      lines.at(-1) ?? "",
      /^REPORT RequestId: \S+\tDuration: \d+\.\d\d ms\tInit Duration: \d+\.\d\d ms\tMemory Size: 128 MB$/,
    );
  });

  test("gives 1 and the posted error when there is no such handler", async () => {
    const { exitCode, stdout, stderr } = await run(["invoke", "missing.sh", "-d", "{}"]);
    assert.equal(exitCode, 1);
    assert.equal(JSON.parse(stdout.toString()).errorType, "Runtime.HandlerNotFound");
    assert.match(stderr, /^Runtime\.HandlerNotFound: The handler "missing\.sh"/m);
  });

  test("gives 1 and Runtime.ExitError when the host dies", async () => {
    const { exitCode, stdout } = await run(["invoke", "exits.handler", "-d", "{}"]);
    assert.equal(exitCode, 1);
    const { errorType, errorMessage } = JSON.parse(stdout.toString());
    assert.equal(errorType, "Runtime.ExitError");
    assert.match(errorMessage, /Runtime exited with error: signal: killed$/);
  });

  test("prints a streamed response as it comes", async () => {
    const child = start(["invoke", "ticks.sh", "-d", "{}"], {
      env: { STDLAMBDA_STDOUT: "stream" },
      buffer: false,
    });
    const chunks: { at: number; text: string }[] = [];
    for await (const chunk of child.stdout) {
      chunks.push({ at: performance.now(), text: String(chunk) });
    }
    assert.equal((await child).exitCode, 0);
    assert.deepEqual(
      chunks.map(({ text }) => text),
      ["one\n", "two\n"],
    );
    assert.ok((chunks[1]?.at ?? 0) - (chunks[0]?.at ?? 0) > 300);
  });

  test("gives 1 for a stream that fails, after the bytes it had", async () => {
    const env = { STDLAMBDA_STDOUT: "stream" };
    const { exitCode, stdout, stderr } = await run(["invoke", "late-failure.sh"], { env });
    assert.equal(stdout.toString(), "begun\n");
    assert.match(stderr, /^Function\.Exit4: broken off$/m);
    assert.equal(exitCode, 1);
  });

  test("carries an event and a response of 6 MB", async () => {
    const event = JSON.stringify("x".repeat(maximumPayloadBytes - 2));
    const { exitCode, stdout } = await run(["invoke", "echo.sh"], { input: event });
    assert.equal(exitCode, 0);
    assert.ok(stdout.equals(Buffer.from(event)));
  });

  test("gives the function its context, its memory and its root", async () => {
    const { stdout } = await run([
      "invoke",
      "context.handler",
      ...["--client-context", '{\n"custom":{"name":"é😀"}}', "--memory", "512", "-d", '{"a":1}'],
    ]);
    assert.deepEqual(JSON.parse(stdout.toString()), {
      event: { a: 1 },
      client: { custom: { name: "é😀" } },
      memory: "512",
    });
    const elsewhere = await run(["invoke", "cli/echo.sh", "--root", "..", "-d", "7"]);
    assert.equal(elsewhere.stdout.toString(), "7");
  });
});

describe("the environment of a function", { concurrency: 2 }, () => {
  /** The variables a script finds. */
  async function variables(
    args: string[],
    env: Record<string, string> = {},
  ): Promise<Record<string, string>> {
    const { stdout } = await run(["invoke", "variables.sh", "-d", "{}", ...args], { env });
    const lines = stdout.toString().trimEnd().split("\n");
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  }

  test("has what Lambda gives", async () => {
    const found = await variables(["--timeout", "7"], { AWS_REGION: "eu-west-1" });
    assert.equal(found._HANDLER, "variables.sh");
    assert.equal(found.LAMBDA_TASK_ROOT, fixtures);
    assert.equal(found.AWS_REGION, "eu-west-1");
    assert.equal(found.AWS_DEFAULT_REGION, "eu-west-1");
    assert.equal(found.AWS_LAMBDA_FUNCTION_NAME, "cli");
    assert.equal(found.AWS_LAMBDA_FUNCTION_VERSION, "$LATEST");
    assert.equal(found.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, "128");
    assert.equal(found.AWS_LAMBDA_INITIALIZATION_TYPE, "on-demand");
    assert.equal(found.AWS_LAMBDA_LOG_GROUP_NAME, "/aws/lambda/cli");
    assert.match(found.AWS_LAMBDA_LOG_STREAM_NAME ?? "", /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]\w{32}$/);
    assert.equal(found.TZ, ":UTC");
    const remaining = Number(found.LAMBDA_RUNTIME_DEADLINE_MS) - Date.now();
    assert.ok(remaining > 1000 && remaining <= 7000);
    assert.match(found._X_AMZN_TRACE_ID ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=/);
    assert.equal(
      found.LAMBDA_RUNTIME_INVOKED_FUNCTION_ARN,
      "arn:aws:lambda:eu-west-1:012345678912:function:cli",
    );
  });

  test("has the caller's credentials and settings, and none of the rest", async () => {
    const found = await variables([], {
      AWS_ACCESS_KEY_ID: "key",
      AWS_PROFILE: "profile",
      AWS_LAMBDA_FUNCTION_NAME: "another",
      STDLAMBDA_MODE: "spawn",
      SECRET_OF_MY_SHELL: "secret",
      NODE_OPTIONS: "--no-deprecation",
    });
    assert.equal(found.AWS_ACCESS_KEY_ID, "key");
    assert.equal(found.AWS_PROFILE, "profile");
    assert.equal(found.AWS_LAMBDA_FUNCTION_NAME, "cli");
    assert.equal(found.STDLAMBDA_MODE, "spawn");
    assert.equal(found.SECRET_OF_MY_SHELL, undefined);
    assert.equal(found.NODE_OPTIONS, undefined);
  });

  test("has --env over --env-file", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "stdlambda-env-"));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, ".env");
    // With the byte order mark that editors on Windows write.
    await writeFile(file, '\ufeffFIRST=1\n# a comment\nONE=file\nTWO="two words"\n');
    const found = await variables(["--env-file", file, "-e", "ONE=a=b", "--env", "EMPTY="]);
    assert.equal(found.FIRST, "1");
    assert.equal(found.ONE, "a=b");
    assert.equal(found.TWO, "two words");
    assert.equal(found.EMPTY, "");
  });
});
