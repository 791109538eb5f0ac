// Mistakes in the call: exit status 2, and a message that says what to do.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { callMain, checkout, fixtures, run } from "./command-line.ts";

const echo = ["invoke", "echo.sh", "--root", fixtures];
const mistakes: [string, string[], RegExp][] = [
  ["no command", [], /Usage: stdlambda/],
  ["an unknown command", ["invok"], /unknown command 'invok'\n\(Did you mean invoke\?\)/],
  ["an unknown option", [...echo, "--timout", "3"], /Did you mean --timeout\?/],
  ["no handler", ["invoke"], /missing required argument 'handler'/],
  ["a second handler", [...echo, "more"], /too many arguments/],
  ["-d without a value", [...echo, "-d"], /argument missing/],
  ["-d and -f", [...echo, "-d", "{}", "-f", "x.json"], /the event was given twice/],
  ["an event file that is not there", [...echo, "-f", "no.json"], /no\.json does not exist/],
  ["an event file that is a folder", [...echo, "-f", checkout], /is a directory/],
  [
    "an event that is not JSON",
    [...echo, "-d", '{"a":1,}'],
    /line 1, column 8: a name in " is expected.*\n {4}\{"a":1,\}\n {11}\^\n.*InvalidRequestContentException/,
  ],
  ["an empty event", [...echo, "-d", ""], /line 1, column 1: a value is expected, not the end/],
  ["a timeout of 0", [...echo, "--timeout", "0"], /Give a whole number from 1 to 900/],
  ["a timeout of 1.5", [...echo, "--timeout", "1.5"], /Give a whole number from 1 to 900/],
  ["a timeout of 901", [...echo, "--timeout", "901"], /Give a whole number from 1 to 900/],
  ["a memory of 64", [...echo, "--memory", "64"], /Give a whole number from 128 to 10240/],
  ["a variable without a value", [...echo, "-e", "STAGE"], /"STAGE" is not NAME=VALUE/],
  ["a variable with a bad name", [...echo, "-e", "A B=c"], /"A B=c" is not NAME=VALUE/],
  ["a reserved variable", [...echo, "-e", "_HANDLER=x"], /_HANDLER cannot be set; give the/],
  ["a missing file of variables", [...echo, "--env-file", "no.env"], /no\.env cannot be read/],
  ["a client context", [...echo, "--client-context", "{"], /the client context is not valid JSON/],
  ["a root that is not there", ["invoke", "x", "--root", "/no/such"], /does not exist/],
  ["a root that is a file", ["invoke", "x", "--root", "package.json"], /is not a directory/],
  ["a root of resolve", ["resolve", "x", "--root", "/no/such"], /does not exist\n.*--root/],
];

describe("a usage error", () => {
  for (const [what, args, message] of mistakes) {
    test(`${what} gives 2 and says what to do`, async () => {
      const { exitCode, stdout, stderr } = await callMain(args);
      assert.equal(exitCode, 2);
      assert.equal(stdout.length, 0);
      assert.match(stderr, message);
    });
  }

  test("an event that is not UTF-8 is refused", async () => {
    const input = Buffer.from([0x22, 0xff, 0x22]);
    const { exitCode, stderr } = await callMain(echo, { input });
    assert.equal(exitCode, 2);
    assert.match(stderr, /it is not UTF-8/);
  });

  test("an event of more than 6 MB is refused, wherever it comes from", async () => {
    const input = JSON.stringify("x".repeat(maximumPayloadBytes - 1));
    const { exitCode, stderr } = await callMain(echo, { input });
    assert.equal(exitCode, 2);
    assert.match(stderr, /RequestTooLargeException/);
    const data = await callMain([...echo, "-d", input]);
    assert.match(data.stderr, /has 6291557 bytes, and Lambda accepts at most 6291556/);
  });

  test("the process ends with the same status and no stack", async () => {
    const { exitCode, stdout, stderr } = await run(["invoke", "echo.sh", "-d", "{"]);
    assert.equal(exitCode, 2);
    assert.equal(stdout.length, 0);
    assert.match(stderr, /^error: the event is not valid JSON, line 1, column 2/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
});
