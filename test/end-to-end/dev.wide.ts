// `stdlambda dev` as its user has it: the screen, the options, the files as they change, the end.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { execa } from "execa";
import { freePort } from "../cli/service-call.ts";
import { processesWith } from "../contract/processes.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { type DevProcess, startDev, until } from "./dev-process.ts";
import { zip } from "./zip.ts";

const checkout = join(import.meta.dirname, "../..");
const bootstrap = join(checkout, "host/bootstrap");
const debian = "/usr/bin";

const text = async (dev: DevProcess, name: string, event: unknown = {}) =>
  (await dev.invoke(name, event)).text();

/** Waits for the answer; a watcher is told of a change a little later. */
async function untilAnswers(dev: DevProcess, name: string, answer: string): Promise<void> {
  await until(async () => (await text(dev, name)) === answer, `${name} answers ${answer}`);
}

suite("The first screen", { skip: missingTool(["curl", "aws"]) }, () => {
  /** A shell in which `stdlambda` is a command, without anybody's settings for AWS. */
  function shell() {
    const home = temporaryFiles({
      "bin/stdlambda*": `#!/bin/sh\nexec "${process.execPath}" "${checkout}/cli/run.ts" "$@"\n`,
    });
    const env = {
      HOME: home,
      PATH: [join(home, "bin"), debian, process.env.PATH].join(":"),
      AWS_MAX_ATTEMPTS: "1",
    };
    return async (command: string) => {
      const options = { cwd: home, env, extendEnv: false };
      // Through a pipe, as /dev/stdout is opened by its name, and a test's stdout is a socket.
      return (await execa("/bin/sh", ["-c", `{ ${command}\n} | cat`], options)).stdout;
    };
  }

  for (const [what, args] of Object.entries({
    "": [],
    " with a token": ["--token", "0123456789.a-secret_token"],
  })) {
    test(`shows lines that work when they are pasted${what}`, async (t) => {
      const dev = await startDev(
        t,
        {
          "greet.sh": "echo hello",
          "stdlambda.config.json": JSON.stringify({
            functions: {
              greet: { handler: "greet.sh", url: true },
              guarded: { handler: "greet.sh", url: { auth: "iam" } },
              streams: {
                handler: "greet.sh",
                url: { stream: true },
                environment: { STDLAMBDA_STDOUT: "stream" },
              },
              without: "greet.sh",
            },
          }),
        },
        { args, env: { HOME: temporaryFiles() } },
      );
      const paste = shell();
      const line = (start: RegExp) =>
        dev
          .screen()
          .split("\n")
          .find((one) => start.test(one)) ?? assert.fail(dev.screen());
      assert.equal(await paste(line(/^ {2}curl /)), "hello");
      assert.match(await paste(line(/^ {2}.*aws lambda invoke /)), /^hello\n\{/);
      assert.equal(await paste(line(/^ {2}.*stdlambda invoke /)), "hello");
      const urls = ["greet", "guarded", "streams"];
      for (const name of urls) {
        const [, command = ""] = /(curl .*)$/.exec(line(new RegExp(`^ {2}${name} `))) ?? [];
        assert.equal(await paste(command), "hello", command);
      }
      assert.doesNotMatch(line(/^ {2}without /), /curl/);
      const variables = line(/^ {2}export /);
      const program = join(checkout, "test/fixtures/end-to-end/list-functions.mjs");
      assert.equal(
        await paste(`${variables}\n"${process.execPath}" "${program}"`),
        [...urls, "without"].join("\n"),
      );
    });
  }

  test("names what is there, and what to do when nothing is", async (t) => {
    const dev = await startDev(t, { "one.sh": "cat", "two.mjs": "export const handler = 1;" });
    assert.match(dev.screen(), /2 functions of /);
    assert.match(dev.screen(), /^ {2}one +one\.sh +curl http:\S+\/lambda-url\/one\/$/m);
    assert.match(dev.screen(), /^ {2}two +two\.handler /m);
    const empty = await startDev(t, {});
    assert.match(empty.screen(), /No functions yet: put a script into the directory/);
  });
});

suite("A change", () => {
  test("of a script, or of what it loads, holds for the next event", async (t) => {
    const dev = await startDev(t, {
      "script.sh": "printf one",
      "module.ts":
        'import { word } from "./lib/word.ts";\nexport const handler = async () => word;\n',
      "prefork.ts": 'import { word } from "./lib/word.ts";\nprocess.stdout.write(word);\n',
      "lib/word.ts": 'export const word: string = "one";\n',
    });
    assert.equal(await text(dev, "script"), "one");
    assert.equal(await text(dev, "module"), '"one"');
    assert.equal(await text(dev, "prefork"), "one");
    writeFileSync(join(dev.root, "script.sh"), "printf two");
    await untilAnswers(dev, "script", "two");
    writeFileSync(join(dev.root, "lib/word.ts"), 'export const word: string = "two";\n');
    await untilAnswers(dev, "module", '"two"');
    await untilAnswers(dev, "prefork", "two");
    await until(() => /lib\/word\.ts changed$/m.test(dev.log()), "the change is told");
  });

  test("that adds or removes a script adds or removes its function", async (t) => {
    const dev = await startDev(t, { "old.sh": "printf old" });
    writeFileSync(join(dev.root, "new.sh"), "printf new");
    await untilAnswers(dev, "new", "new");
    rmSync(join(dev.root, "old.sh"));
    await until(async () => (await dev.invoke("old")).status === 404, "old is gone");
    assert.match(dev.log(), /^new is new$/m);
    await until(() => /^old is gone$/m.test(dev.log()), "it is told");
    assert.equal(await text(dev, "new"), "new");
  });

  test("that does not parse is told with its place, and the next save is served", async (t) => {
    const dev = await startDev(t, {
      "hello.ts": "process.stdout.write('one');",
      "other.sh": "cat",
    });
    writeFileSync(join(dev.root, "hello.ts"), "process.stdout.write('one'\nlet");
    await until(() => /hello\.ts does not parse: /.test(dev.log()), "the fault is told");
    assert.equal(await text(dev, "other", "1"), "1");
    const failed = (await (await dev.invoke("hello")).json()) as Record<string, string>;
    assert.ok(failed.errorType, "the invocation tells of it as well");
    writeFileSync(join(dev.root, "hello.ts"), "process.stdout.write('two');");
    await untilAnswers(dev, "hello", "two");
  });

  test("of the configuration holds at once; a broken one changes nothing", async (t) => {
    const configuration = (greeting: string, more: object = {}) =>
      JSON.stringify({
        functions: {
          greet: { handler: "greet.sh", environment: { GREETING: greeting } },
          ...more,
        },
      });
    const dev = await startDev(t, {
      "greet.sh": 'printf "$GREETING"',
      "stdlambda.config.json": configuration("one"),
    });
    assert.equal(await text(dev, "greet"), "one");
    const save = (content: string) =>
      writeFileSync(join(dev.root, "stdlambda.config.json"), content);
    save(configuration("two"));
    await untilAnswers(dev, "greet", "two");
    save('{ "functions": { "greet": { "handler": "greet.sh", "timeuot": 5 } } }');
    await until(() => /timeuot/.test(dev.log()), "the fault is told");
    assert.match(dev.log(), /still serving what was read before/);
    assert.equal(await text(dev, "greet"), "two");
    save(configuration("three", { again: { handler: "greet.sh" } }));
    await untilAnswers(dev, "greet", "three");
    assert.equal(await text(dev, "again"), "");
  });

  test("of a layer that cannot be read any more leaves the function as it was", async (t) => {
    const dev = await startDev(t, {
      "show.sh": "cat",
      "layer.zip": await zip({ word: "one" }),
      "stdlambda.config.json": JSON.stringify({
        functions: { show: { handler: "show.sh", layers: ["layer.zip"] }, echo: "echo.sh" },
      }),
      "echo.sh": "cat",
    });
    const layer = join(dev.root, "layer.zip");
    writeFileSync(layer, "no zip at all");
    await until(
      () => /^still serving the previous version of show$/m.test(dev.log()),
      "the fault is told",
    );
    assert.match(dev.log(), /the layer \S+layer\.zip of show cannot be used: /);
    assert.equal(await text(dev, "echo", "1"), "1");
    assert.equal(await text(dev, "show", "1"), "1");
    rmSync(layer);
    await until(() => /layer\.zip does not exist/.test(dev.log()), "its end is told");
    assert.equal(await text(dev, "show", "2"), "2");
  });
});

suite("An option", () => {
  test("gives each function its variables, memory and timeout", async (t) => {
    const file = join(temporaryFiles({ "my.env": "FROM_FILE=file\nBOTH=file\n" }), "my.env");
    const dev = await startDev(
      t,
      {
        "show.sh": 'printf "$FROM_FILE $BOTH $ONE $AWS_LAMBDA_FUNCTION_MEMORY_SIZE"',
        "hang.sh": "sleep 1000",
      },
      {
        args: [
          ...["--env-file", file, "--env", "BOTH=option", "--env", "ONE=a=b c"],
          ...["--memory", "300", "--timeout", "1"],
        ],
      },
    );
    assert.equal(await text(dev, "show"), "file option a=b c 300");
    const { errorType } = (await (await dev.invoke("hang")).json()) as Record<string, string>;
    assert.equal(errorType, "Function.Timeout");
  });

  test("--log-format json prints a record for each message", async (t) => {
    const dev = await startDev(
      t,
      { "talk.sh": "echo 'a \"line\"' >&2" },
      {
        args: ["--log-format", "json", "--no-watch"],
      },
    );
    await text(dev, "talk");
    await until(() => /REPORT/.test(dev.log()), "the report");
    const records = dev
      .log()
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const messages = records.map((line) => JSON.parse(line));
    assert.ok(
      messages.some(({ function: name, message }) => name === "talk" && message === 'a "line"'),
    );
  });

  test("--inspect has a debugger listen", async (t) => {
    const dev = await startDev(
      t,
      { "hello.mjs": "export const handler = async () => 1;" },
      {
        args: ["--inspect"],
      },
    );
    assert.equal(await text(dev, "hello"), "1");
    const [, address = ""] =
      /Debugger listening on ws:\/\/(127\.0\.0\.1:\d+)\//.exec(dev.log()) ?? [];
    const answer = await fetch(`http://${address}/json/version`);
    assert.match(await answer.text(), /node\.js/);
  });

  test("--apis-only waits for runtimes that are started by hand, one after another", async (t) => {
    const mark = randomUUID();
    const dev = await startDev(t, { "echo.sh": "cat" }, { args: ["--apis-only"] });
    await until(() => /^echo waits for a runtime: /m.test(dev.log()), "the line is printed");
    const [, assignments = ""] = /^echo waits for a runtime: (.*)$/m.exec(dev.log()) ?? [];
    const start = () => {
      const runtime = execa("/bin/sh", ["-c", `${assignments} exec ${bootstrap}`], {
        env: { MARK: mark },
        reject: false,
        buffer: false,
        stdio: "ignore",
      });
      t.after(() => runtime.kill("SIGKILL"));
      return runtime;
    };
    const first = dev.invoke("echo", '"before any runtime"');
    const runtime = start();
    assert.equal(await (await first).text(), '"before any runtime"');
    assert.equal(await text(dev, "echo", '"again"'), '"again"');
    runtime.kill("SIGKILL");
    await runtime;
    const waiting = dev.invoke("echo", '"after its end"');
    start();
    assert.equal(await (await waiting).text(), '"after its end"');
    assert.deepEqual(
      processesWith(`MARK=${mark}`).filter(({ command }) => command.includes("sleep")),
      [],
    );
  });
});

test("The first answer of a service is that of a function, as soon as its port is open", async (t) => {
  const scripts = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [`f${n}.sh`, `#!/bin/sh\necho ${n}\n`]),
  );
  const port = String(await freePort());
  const starting = startDev(t, scripts, { args: ["--port", port] });
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/f59/invocations`;
  for (;;) {
    const response = await fetch(url, { method: "POST", body: "{}" }).catch(() => undefined);
    if (response === undefined) continue;
    assert.deepEqual([response.status, await response.text()], [200, "59\n"]);
    break;
  }
  await starting;
});

suite("A start that cannot be", () => {
  const refused = async (t: TestContext, root: string, ...args: string[]) => {
    const error: Error = await startDev(t, {}, { root, args }).then(
      () => assert.fail("it started"),
      (reason) => reason,
    );
    assert.match(error.message, /ended with status 2: /);
    assert.doesNotMatch(error.message, /^ +at /m, "no stack");
    return error.message;
  };

  test("says which port is taken, and by what option to choose another", async (t) => {
    const dev = await startDev(t, {});
    const { port } = new URL(dev.url);
    const message = await refused(t, temporaryFiles(), "--port", port);
    assert.match(
      message,
      new RegExp(`port ${port} of 127\\.0\\.0\\.1 is in use.*--port ${Number(port) + 1}`, "s"),
    );
  });

  test("says who serves the directory already", async (t) => {
    const dev = await startDev(t, {});
    assert.match(
      await refused(t, dev.root),
      new RegExp(`in use by another service \\(process ${dev.pid}\\)`),
    );
    assert.equal(
      (await fetch(`${dev.url}/2015-03-31/functions/`)).status,
      200,
      "the first goes on",
    );
  });

  test("says what keeps it from its state, its directory, its layers", async (t) => {
    const root = temporaryFiles({ ".stdlambda": "a file", "one.sh": "cat" });
    assert.match(await refused(t, root), /\.stdlambda cannot store functions: /);
    assert.match(await refused(t, join(root, "nowhere")), /nowhere/);
    const layers = temporaryFiles({
      "a.sh": "cat",
      "layer.zip": "no zip",
      "stdlambda.config.json": '{"functions":{"a":{"handler":"a.sh","layers":["layer.zip"]}}}',
    });
    assert.match(await refused(t, layers), /the layer \S+layer\.zip of a cannot be used: /);
  });
});

suite("The end", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    test(`by ${signal} ends everything within three seconds`, async (t) => {
      const mark = randomUUID();
      const dev = await startDev(
        t,
        {
          "hang.sh": "trap '' TERM INT HUP; sleep 1000 & sleep 1001",
          "rest.sh": "sleep 1002 & cat",
          "idle.mjs": "export const handler = async () => 1;",
        },
        { args: ["--env", `MARK=${mark}`] },
      );
      assert.equal(await text(dev, "rest", "1"), "1");
      assert.equal(await text(dev, "idle"), "1");
      const hanging = dev.invoke("hang").catch((error: Error) => error);
      await until(
        () => processesWith(`MARK=${mark}`).some(({ command }) => command === "sleep 1001"),
        "the function hangs",
      );
      const { exitCode, tookMs } = await dev.end(signal);
      assert.equal(exitCode, { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      assert.ok(tookMs < 3000, `it took ${tookMs} ms`);
      assert.deepEqual(processesWith(`MARK=${mark}`), []);
      await hanging;
    });
  }

  test("does not wait for a configuration that hangs", async (t) => {
    const hanging =
      "setInterval(() => {}, 1000);\nawait new Promise(() => {});\nexport default {};";
    const dev = await startDev(t, {
      "echo.sh": "cat",
      "stdlambda.config.ts": 'export default { functions: { echo: "echo.sh" } };',
    });
    const begun = join(dev.root, "begun");
    const file = join(dev.root, "stdlambda.config.ts");
    writeFileSync(
      file,
      `import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(begun)}, "");
${hanging}`,
    );
    await until(() => existsSync(begun), "the configuration is read again");
    assert.equal(await text(dev, "echo", "1"), "1");
    const { exitCode, tookMs } = await dev.end();
    assert.equal(exitCode, 130);
    assert.ok(tookMs < 3000, `it took ${tookMs} ms`);
    rmSync(begun);
    const again = execa(
      process.execPath,
      [join(checkout, "cli/run.ts"), "dev", dev.root, "--port", "0"],
      {
        reject: false,
      },
    );
    t.after(() => again.kill("SIGKILL"));
    await until(() => existsSync(begun), "the configuration is read at the start");
    const startedAt = performance.now();
    again.kill("SIGINT");
    assert.equal((await again).exitCode, 130);
    assert.ok(performance.now() - startedAt < 3000);
  });
});
