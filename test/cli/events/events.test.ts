// `stdlambda events`: the list, a sample on stdout, and mistakes.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { catalog } from "../../../local/events/catalog.ts";
import { callMain, run } from "../command-line.ts";

describe("stdlambda events", () => {
  test("lists each sample on a line of its own, in columns", async () => {
    const { exitCode, stdout, stderr } = await callMain(["events"]);
    assert.equal(exitCode, 0);
    assert.equal(stderr, "");
    const rows = stdout.toString().trimEnd().split("\n");
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/)[0]),
      Object.keys(catalog),
    );
    const columns = rows
      .map((row) => / {2,}/.exec(row))
      .map((gap) => (gap?.index ?? 0) + (gap?.[0].length ?? 0));
    assert.equal(new Set(columns).size, 1);
    assert.deepEqual((await callMain(["events", "list"])).stdout, stdout);
  });

  test("lists for programs, with the page of AWS", async () => {
    const { stdout } = await callMain(["events", "list", "--json"]);
    const rows = JSON.parse(stdout.toString());
    assert.deepEqual(
      rows.map(({ name }: { name: string }) => name),
      Object.keys(catalog),
    );
    const sqs = rows.find(({ name }: { name: string }) => name === "sqs");
    assert.equal(sqs.page, "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html");
    assert.equal(rows[0].page, null);
  });

  test("shows each sample as JSON that ends with a newline", async () => {
    for (const name of Object.keys(catalog)) {
      const { exitCode, stdout } = await callMain(["events", "show", name]);
      assert.equal(exitCode, 0);
      assert.equal(
        stdout.toString(),
        `${JSON.stringify(JSON.parse(stdout.toString()), null, 2)}\n`,
      );
    }
  });

  test("shows a sample with what is set, in the order given", async () => {
    const { stdout } = await callMain([
      ...["events", "show", "hello", "--set", "name=Ada", "--set", 'born={"year":1815}'],
      ...["--set", "born.month=12"],
    ]);
    assert.deepEqual(JSON.parse(stdout.toString()), {
      name: "Ada",
      born: { year: 1815, month: 12 },
    });
  });

  test("a sample is an event for invoke, as a process", async () => {
    const { stdout: event } = await run(["events", "show", "sqs"]);
    const { exitCode, stdout } = await run(["invoke", "echo.sh"], { input: event });
    assert.equal(exitCode, 0);
    assert.deepEqual(stdout, event);
  });

  const mistakes: [string, string[], RegExp][] = [
    ["an unknown sample", ["show", "sqss"], /no sample event "sqss"; .*sqs,/],
    ["no name", ["show"], /missing required argument 'name'/],
    ["a sample in the place of a command", ["sqs"], /stdlambda events show sqs/],
    [
      "a path that leads nowhere",
      ["show", "sqs", "--set", "records.0=1"],
      /did you mean|no "records"/,
    ],
    ["a change without a value", ["show", "sqs", "--set", "Records"], /is not PATH=VALUE/],
    ["--json where it has no meaning", ["show", "sqs", "--json"], /unknown option '--json'/],
  ];
  for (const [what, args, message] of mistakes) {
    test(`${what} gives 2 and says what to do`, async () => {
      const { exitCode, stdout, stderr } = await callMain(["events", ...args]);
      assert.equal(exitCode, 2);
      assert.equal(stdout.length, 0);
      assert.match(stderr, message);
    });
  }
});
