// `stdlambda logs` against the log API of the local service, and against what is no such thing.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type LogsOptions, logs } from "../../../cli/logs/logs.ts";
import { ExpectedError } from "../../../host/expected-error.ts";
import { createLogStore, type LogStore } from "../../../local/logs/log-store.ts";
import { startLogsServer } from "../../local/logs/logs-server.ts";

const group = "/aws/lambda/hello";

/** Starts the verb with streams of the test's own; what is written can be looked at meanwhile. */
function start(name: string, options: LogsOptions, env: Record<string, string> = {}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const stop = new AbortController();
  const text = { stdout: "", stderr: "" };
  stdout.on("data", (chunk) => {
    text.stdout += chunk;
  });
  stderr.on("data", (chunk) => {
    text.stderr += chunk;
  });
  const ended = logs(name, options, { stdin, stdout, stderr, env, signal: stop.signal });
  return { ended, text, stop, stdout };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

async function urlOf(t: TestContext, store: LogStore): Promise<string> {
  return (await startLogsServer(t, store)).url;
}

/** The messages alone. */
function messages(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [, message] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (.*)$/.exec(line) ?? [];
    return message ?? (line === "" ? [] : `continued: ${line}`);
  });
}

describe("without --follow", () => {
  test("prints the events of the last ten minutes, each with its time", async (t) => {
    const store = createLogStore();
    const at = Date.now() - 1000;
    store.append(group, "s", "old", Date.now() - 20 * 60_000);
    store.append(group, "s", "START RequestId: x", at);
    store.append(group, "s", "one\rtwo", at);
    const { ended, text } = start("hello", { endpointUrl: await urlOf(t, store) });
    assert.equal(await ended, 0);
    const time = new Date(at).toISOString();
    assert.equal(text.stdout, `${time} START RequestId: x\n${time} one\ntwo\n`);
    assert.equal(text.stderr, "");
  });

  test("--since and --filter choose among them", async (t) => {
    const store = createLogStore();
    for (let index = 0; index < 5; index += 1) {
      store.append(group, "s", `event ${index}`, Date.now() - index * 60_000 * 60);
    }
    const endpointUrl = await urlOf(t, store);
    const { ended, text } = start("hello", { endpointUrl, since: "150m", filter: "-1" });
    assert.equal(await ended, 0);
    assert.deepEqual(messages(text.stdout), ["event 2", "event 0"]);
  });

  test("all pages are printed, in order", async (t) => {
    const store = createLogStore();
    for (let index = 0; index < 12_000; index += 1) store.append(group, "s", `${index}`);
    const { ended, text } = start("hello", { endpointUrl: await urlOf(t, store) });
    assert.equal(await ended, 0);
    assert.deepEqual(
      messages(text.stdout),
      Array.from({ length: 12_000 }, (_, index) => `${index}`),
    );
  });

  test("a function can be named by its ARN, with a qualifier, or by its log group", async (t) => {
    const store = createLogStore();
    store.append(group, "s", "hi");
    const endpointUrl = await urlOf(t, store);
    for (const name of [
      "arn:aws:lambda:us-east-1:012345678912:function:hello:prod",
      "012345678912:function:hello",
      "hello:$LATEST",
      group,
    ]) {
      const { ended, text } = start(name, { endpointUrl });
      assert.equal(await ended, 0);
      assert.deepEqual(messages(text.stdout), ["hi"], name);
    }
  });

  test("nothing found is said, with how to look further back", async (t) => {
    const store = createLogStore();
    store.append(group, "s", "old", Date.now() - 20 * 60_000);
    const { ended, text } = start("hello", { endpointUrl: await urlOf(t, store) });
    assert.equal(await ended, 0);
    assert.equal(
      text.stderr,
      "no events in /aws/lambda/hello since 10m; --since 1d looks further back\n",
    );
  });

  for (const name of [
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_LAMBDA",
  ]) {
    test(`${name} names the service`, async (t) => {
      const store = createLogStore();
      store.append(group, "s", "hi");
      const { ended, text } = start("hello", {}, { [name]: await urlOf(t, store) });
      assert.equal(await ended, 0);
      assert.deepEqual(messages(text.stdout), ["hi"]);
    });
  }

  test("a reader that has gone ends it", async (t) => {
    const store = createLogStore();
    store.append(group, "s", "hi");
    const { ended, stdout } = start("hello", { endpointUrl: await urlOf(t, store) });
    stdout.on("error", () => {});
    stdout.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    await assert.rejects(
      ended,
      (error) => error instanceof ExpectedError && error.exitStatus === 0,
    );
  });
});

describe("with --follow", () => {
  test("prints each event once as it comes, until it is stopped", async (t) => {
    const store = createLogStore();
    const expected: string[] = [];
    const append = (message: string) => {
      store.append(group, `s${expected.length % 3}`, message);
      expected.push(message);
    };
    append("before");
    const { ended, text, stop } = start("hello", {
      follow: true,
      endpointUrl: await urlOf(t, store),
    });
    await until(() => text.stdout.includes("before"));
    // Many in the same milliseconds, across several polls.
    for (let turn = 0; turn < 60; turn += 1) {
      for (let count = 0; count < 20; count += 1) append(`event ${turn}.${count}`);
      await sleep(20);
    }
    append("after");
    await until(() => text.stdout.includes("after"));
    stop.abort(130);
    await assert.rejects(ended, (reason) => reason === 130);
    assert.deepEqual(messages(text.stdout), expected);
    assert.equal(text.stderr, "");
  });

  test("an event that shows itself late is printed, too, and one from the future harms nothing", async (t) => {
    const store = createLogStore();
    store.append(group, "s", "future", Date.now() + 3_600_000);
    store.append(group, "s", "now");
    const { ended, text, stop } = start("hello", {
      follow: true,
      endpointUrl: await urlOf(t, store),
    });
    await until(() => text.stdout.includes("now"));
    store.append(group, "s", "late", Date.now() - 500);
    await until(() => text.stdout.includes("late"));
    stop.abort(130);
    await assert.rejects(ended);
    assert.deepEqual(messages(text.stdout).sort(), ["future", "late", "now"]);
  });

  test("waits for a function that has no log yet", async (t) => {
    const store = createLogStore();
    const { ended, text, stop } = start("hello", {
      follow: true,
      endpointUrl: await urlOf(t, store),
    });
    await until(() => text.stderr !== "");
    await sleep(600);
    assert.equal(text.stderr, "/aws/lambda/hello has no log yet; waiting for it\n");
    store.append(group, "s", "first");
    await until(() => text.stdout.includes("first"));
    stop.abort(130);
    await assert.rejects(ended);
  });

  test("goes on when the service is restarted", async (t) => {
    const store = createLogStore();
    store.append(group, "s", "before");
    const first = await startLogsServer(t, store);
    const { ended, text, stop } = start("hello", { follow: true, endpointUrl: first.url });
    await until(() => text.stdout.includes("before"));
    await first.stop();
    await until(() => text.stderr.includes("waiting for it"));
    const restarted = createLogStore();
    await startLogsServer(t, restarted, first.port);
    restarted.append(group, "s", "after");
    await until(() => text.stdout.includes("after"));
    stop.abort(130);
    await assert.rejects(ended);
    assert.deepEqual(messages(text.stdout), ["before", "after"]);
    assert.equal(text.stderr.split("\n").length, 2, text.stderr);
  });

  test("can be stopped while nobody reads what it prints", async (t) => {
    const store = createLogStore();
    for (let index = 0; index < 100; index += 1) store.append(group, "s", "x".repeat(10_000));
    const { ended, stop, stdout } = start("hello", {
      follow: true,
      endpointUrl: await urlOf(t, store),
    });
    stdout.pause();
    await until(() => stdout.writableNeedDrain);
    stop.abort(143);
    await assert.rejects(ended, (reason) => reason === 143);
  });
});

describe("what is wrong is said with what to do", () => {
  async function refused(name: string, options: LogsOptions, env?: Record<string, string>) {
    const { ended, text } = start(name, options, env);
    const error = await ended.then(
      () => assert.fail("it was not refused"),
      (reason: unknown) => reason as ExpectedError,
    );
    assert.equal(text.stdout, "");
    return error;
  }

  test("a service that is not running", async (t) => {
    const server = await startLogsServer(t, createLogStore());
    await server.stop();
    for (const follow of [false, true]) {
      const error = await refused("hello", { endpointUrl: server.url, follow });
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, /^no service listens on http:/);
      assert.match(error.remedy ?? "", /^stdlambda dev starts one/);
    }
  });

  test("something else at that address", async (t) => {
    const server = createServer((_, response) => response.writeHead(404).end("<html>no</html>"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const error = await refused("hello", { endpointUrl: `http://127.0.0.1:${port}` });
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, /what answers at http:\/\/127\.0\.0\.1:\d+ is no/);
  });

  test("a function without a log, with the names of those that have one", async (t) => {
    const store = createLogStore();
    for (const name of ["hallo", "goodbye"]) store.append(`/aws/lambda/${name}`, "s", "x");
    const error = await refused("hello", { endpointUrl: await urlOf(t, store) });
    assert.ok(error instanceof ExpectedError);
    assert.equal(error.message, "there is no log group /aws/lambda/hello");
    assert.match(error.remedy ?? "", /^There are logs of: hallo, goodbye\n/);
    const none = await refused("hello", { endpointUrl: await urlOf(t, createLogStore()) });
    assert.match(none.remedy ?? "", /^There are no logs yet\n/);
  });

  test("a bad name, --since, --filter or --endpoint-url", async (t) => {
    const store = createLogStore();
    store.append(group, "s", "x");
    const endpointUrl = await urlOf(t, store);
    const cases: readonly [string, LogsOptions, RegExp][] = [
      ["hello.ts", { endpointUrl }, /"hello\.ts" is not the name of a function\nGive its name/],
      ["hello", { endpointUrl, since: "soon" }, /--since is neither/],
      ["hello", { endpointUrl, filter: "a.b" }, /character 1.*'a\.b'; put it in quotes/],
      ["hello", { endpointUrl: "127.0.0.1:9000" }, /--endpoint-url is not a URL/],
    ];
    for (const [name, options, expected] of cases) {
      const error = await refused(name, options);
      assert.ok(error instanceof ExpectedError, String(error));
      assert.equal(error.exitStatus, 2);
      assert.match(`${error.message}\n${error.remedy}`, expected);
    }
  });
});

describe("--remote", () => {
  /** The SDK reads the variables and files of the process itself. */
  function withVariables(t: TestContext, variables: Record<string, string>): void {
    const before = { ...process.env };
    t.after(() => {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, before);
    });
    for (const name of Object.keys(process.env))
      if (name.startsWith("AWS_")) delete process.env[name];
    Object.assign(process.env, {
      AWS_CONFIG_FILE: "/nonexistent/config",
      AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
      AWS_EC2_METADATA_DISABLED: "true",
      ...variables,
    });
  }

  test("needs the user's own credentials", async (t) => {
    withVariables(t, {});
    const { ended } = start("hello", { remote: true, region: "eu-west-1" });
    await assert.rejects(
      ended,
      (error) =>
        error instanceof ExpectedError && /^no usable credentials for AWS/.test(error.message),
    );
  });

  test("needs a region", async (t) => {
    withVariables(t, { AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" });
    const { ended } = start("hello", { remote: true });
    await assert.rejects(
      ended,
      (error) => error instanceof ExpectedError && /Give --region/.test(error.remedy ?? ""),
    );
  });

  test("takes an address of AWS in a network of one's own", async (t) => {
    withVariables(t, { AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" });
    const store = createLogStore();
    store.append(group, "s", "hi");
    const endpointUrl = await urlOf(t, store);
    const { ended, text } = start("hello", { remote: true, endpointUrl, region: "eu-west-1" });
    assert.equal(await ended, 0);
    assert.deepEqual(messages(text.stdout), ["hi"]);
  });
});
