// Execution environments with runtimes of others: their phases, their failures, their log.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { bubblewrap, startTestService, until } from "./test-service.ts";

const skip = missingTool(["bash", "curl"]);
const skipWithoutBubblewrap =
  skip || missingTool(["bwrap"]) || (bubblewrap ? false : "bwrap is not allowed here");

/** The functions of a configuration file; each has a folder of its own with these files. */
function project(
  functions: Readonly<Record<string, object>>,
  files: Readonly<Record<string, string>>,
): Record<string, string> {
  const configured = Object.entries(functions).map(([name, settings]) => [
    name,
    { handler: "any", root: name, ...settings },
  ]);
  return {
    "stdlambda.config.json": JSON.stringify({ functions: Object.fromEntries(configured) }),
    ...files,
  };
}

/** A runtime in bash, as AWS's tutorial builds one; `$1` is the request id, the event is stdin. */
function bashRuntime(body: string, init = ""): string {
  return `#!/bin/bash
set -u
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
headers=$(mktemp)
${init}
handle() {
${body}
}
while :; do
  event=$(curl -s -D "$headers" "$api/invocation/next")
  id=$(tr -d '\\r' <"$headers" | sed -n 's/^lambda-runtime-aws-request-id: //Ip')
  response=$(handle "$id" <<<"$event") || exit $?
  curl -s -o /dev/null -d "$response" "$api/invocation/$id/response"
done
`;
}

type ErrorBody = { errorType: string; errorMessage: string };

suite("A runtime of somebody else", { skip }, () => {
  test("answers, stays for the next event, and logs what it prints", async (t) => {
    const service = await startTestService(
      t,
      project({ bash: {} }, { "bash/bootstrap*": bashRuntime('echo "seen $1" >&2; cat') }),
    );
    for (const n of [1, 2])
      assert.deepEqual(await (await service.invoke("bash", { n })).json(), { n });
    await until(
      () => service.log("bash").filter((line) => /^REPORT/.test(line)).length === 2,
      "reports",
    );
    const log = service.log("bash");
    assert.match(log[0] ?? "", /^INIT_START Runtime Version: provided:al2023/);
    assert.equal(log.filter((line) => line.startsWith("INIT_START")).length, 1, "one cold start");
    const id = /RequestId: (\S+)/.exec(log[1] ?? "")?.[1];
    assert.deepEqual(
      log.slice(1, 5).map((line) => line.split("\t")[0]),
      [
        `START RequestId: ${id} Version: $LATEST`,
        `seen ${id}`,
        `END RequestId: ${id}`,
        `REPORT RequestId: ${id}`,
      ],
    );
    assert.match(
      log[4] ?? "",
      /\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t$/,
    );
    assert.doesNotMatch(log.at(-1) ?? "", /Init Duration/);
  });

  test("that exits in the middle gets Runtime.ExitError, and the next event a new process", async (t) => {
    const service = await startTestService(
      t,
      project(
        { exit: {} },
        { "exit/bootstrap*": bashRuntime('read -r e; [ "$e" = "{}" ] || exit 7; echo 1') },
      ),
    );
    const response = await service.invoke("exit", { die: true });
    assert.equal(response.headers.get("x-amz-function-error"), "Unhandled");
    const id = response.headers.get("x-amzn-requestid");
    assert.deepEqual(await response.json(), {
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${id} Error: Runtime exited with error: exit status 7`,
    });
    await until(() => service.log("exit").some((line) => line.startsWith("REPORT")), "a report");
    const log = service.log("exit");
    assert.ok(
      log.includes(
        `RequestId: ${id} Error: Runtime exited with error: exit status 7\nRuntime.ExitError`,
      ),
    );
    assert.match(log.at(-1) ?? "", /\tStatus: error\tError Type: Runtime\.ExitError$/);
    assert.equal(await (await service.invoke("exit")).text(), "1");
  });

  test("that hangs is ended at its timeout, with all it started", async (t) => {
    const service = await startTestService(
      t,
      project(
        { hang: { timeout: 1 } },
        {
          "hang/bootstrap*": bashRuntime(
            "read -r e; [ \"$e\" = '{}' ] && { echo 1; return; }; sleep 4321",
          ),
        },
      ),
    );
    const response = await service.invoke("hang", { hang: true });
    const id = response.headers.get("x-amzn-requestid");
    assert.deepEqual(await response.json(), {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${id} Error: Task timed out after 1.00 seconds`,
    });
    await until(() => service.log("hang").some((line) => line.startsWith("REPORT")), "a report");
    const log = service.log("hang").join("\n");
    assert.match(log, new RegExp(`Z ${id} Task timed out after 1\\.00 seconds`));
    assert.match(log, /\tDuration: 1000\.00 ms\t.*\tStatus: timeout$/m);
    assert.equal(await (await service.invoke("hang")).text(), "1", "serves again");
    assert.equal(await processesLike("sleep 4321"), 0);
  });

  for (const [how, isolation] of Object.entries({ "by folders": undefined, bubblewrap })) {
    const isMissing = how === "bubblewrap" && skipWithoutBubblewrap;
    test(`that hung, ${how}, is gone before the next event comes`, {
      skip: isMissing,
    }, async (t) => {
      const service = await startTestService(
        t,
        project(
          { hang: { timeout: 1 } },
          {
            "hang/bootstrap*": bashRuntime(
              // What ignores TERM, leaves the session and starts others is ended all the same.
              "trap '' TERM; read -r e; [ \"$e\" = '{}' ] && { echo $life; return; }; setsid bash -c 'while :; do sleep 5432; done' >/dev/null 2>&1 & while :; do sleep 5432; done",
              "life=$RANDOM$RANDOM",
            ),
          },
        ),
        isolation === undefined ? {} : { isolate: isolation },
      );
      const lives = new Set<string>();
      for (let round = 0; round < 3; round++) {
        const hung = (await (await service.invoke("hang", { hang: true })).json()) as ErrorBody;
        assert.equal(hung.errorType, "Sandbox.Timedout");
        // At once, and as many as would find an environment of another one's end.
        const answers = await Promise.all(
          [1, 2, 3].map(async () => (await service.invoke("hang")).text()),
        );
        for (const answer of answers) {
          assert.match(answer, /^\d+$/);
          lives.add(answer);
        }
      }
      assert.ok(lives.size >= 3, "a new life after each timeout");
      assert.equal(await processesLike("sleep 5432"), 0);
    });
  }

  test("that hangs in its init is gone before the next event comes", async (t) => {
    const service = await startTestService(
      t,
      project(
        { slow: { timeout: 1 } },
        {
          // Ready once, in its first life; every later one hangs until the file is there.
          "slow/bootstrap*": bashRuntime(
            "read -r e; [ \"$e\" = '{}' ] && { echo 1; return; }; sleep 4444",
            'd=$(dirname "$0"); [ -e $d/hang ] && sleep 4444',
          ),
        },
      ),
    );
    assert.equal(await (await service.invoke("slow")).text(), "1");
    writeFileSync(join(service.root, "slow/hang"), "");
    for (const event of [{ hang: true }, {}, {}]) {
      const { errorType } = (await (await service.invoke("slow", event)).json()) as ErrorBody;
      assert.equal(errorType, "Sandbox.Timedout");
    }
    rmSync(join(service.root, "slow/hang"));
    assert.equal(await (await service.invoke("slow")).text(), "1");
  });

  test("that fails at init is tried once more, and its own error reaches the caller", async (t) => {
    const init = `curl -s -o /dev/null -X POST "$api/init/error" -H "Lambda-Runtime-Function-Error-Type: Runtime.Bad" -d '{"errorType":"Runtime.Bad","errorMessage":"no good"}'; exit 1`;
    const service = await startTestService(
      t,
      project({ broken: {} }, { "broken/bootstrap*": bashRuntime("cat", init) }),
    );
    const response = await service.invoke("broken");
    assert.equal(response.headers.get("x-amz-function-error"), "Unhandled");
    assert.deepEqual(await response.json(), { errorType: "Runtime.Bad", errorMessage: "no good" });
    const reports = service.log("broken").filter((line) => line.startsWith("INIT_REPORT"));
    assert.equal(reports.length, 2);
    assert.match(reports[0] ?? "", /\tPhase: init\tStatus: error\tError Type: Runtime\.Bad$/);
    assert.match(reports[1] ?? "", /\tPhase: invoke\tStatus: error\tError Type: Runtime\.Bad$/);
  });

  for (const body of ["no JSON", "null", "", '{"errorMessage":5}']) {
    test(`that posts ${body || "nothing"} for its error and exits is answered with just that`, async (t) => {
      const post = (path: string) =>
        `curl -s -o /dev/null -X POST "$api/${path}/error" --data-binary '${body}'; exit 1`;
      const service = await startTestService(
        t,
        project(
          { atInit: {}, atInvoke: {} },
          {
            "atInit/bootstrap*": bashRuntime("cat", post("init")),
            "atInvoke/bootstrap*": bashRuntime(post("invocation/$1")),
          },
        ),
      );
      for (const name of ["atInit", "atInvoke"]) {
        const response = await service.invoke(name);
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("x-amz-function-error"), "Unhandled");
        assert.equal(await response.text(), body);
        const reported = () => service.log(name).some((line) => line.startsWith("REPORT"));
        await until(reported, `the report of ${name}`);
      }
    });
  }

  test("that exits at init without a word gets Runtime.ExitError", async (t) => {
    const service = await startTestService(
      t,
      project({ mute: {} }, { "mute/bootstrap*": "#!/bin/sh\nexit 0\n" }),
    );
    const { errorType, errorMessage } = (await (await service.invoke("mute")).json()) as ErrorBody;
    assert.equal(errorType, "Runtime.ExitError");
    assert.match(errorMessage, /Error: Runtime exited without providing a reason$/);
  });

  test("that cannot be executed is Runtime.InvalidEntrypoint", async (t) => {
    const service = await startTestService(
      t,
      project(
        { mode: {}, format: {}, shebang: {} },
        {
          "mode/bootstrap": "#!/bin/sh\n",
          "format/bootstrap*": "nonsense\n",
          "shebang/bootstrap*": "#!/no/such/shell\n",
        },
      ),
    );
    const expected = {
      mode: "permission denied",
      format: "exec format error",
      shebang: "no such file or directory",
    };
    for (const [name, why] of Object.entries(expected)) {
      const { errorType, errorMessage } = (await (await service.invoke(name)).json()) as ErrorBody;
      assert.equal(errorType, "Runtime.InvalidEntrypoint");
      assert.match(errorMessage, new RegExp(`Error: fork/exec .*/bootstrap: ${why}$`));
    }
  });

  test("that takes more memory than it has is killed, and says so as Lambda does", async (t) => {
    const service = await startTestService(
      t,
      project(
        { greedy: { timeout: 20 } },
        {
          "greedy/bootstrap*": bashRuntime(
            "read -r e; [ \"$e\" = '{}' ] && { echo 1; return; }; exec python3 -c 'import time; b = bytearray(300*1024*1024); time.sleep(60)'",
          ),
        },
      ),
    );
    const response = await service.invoke("greedy", { eat: true });
    const id = response.headers.get("x-amzn-requestid");
    assert.deepEqual(await response.json(), {
      errorType: "Runtime.OutOfMemory",
      errorMessage: `RequestId: ${id} Error: Runtime exited with error: signal: killed`,
    });
    await until(() => service.log("greedy").some((line) => line.startsWith("REPORT")), "a report");
    assert.match(
      service.log("greedy").at(-1) ?? "",
      /\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t.*Status: error\tError Type: Runtime\.OutOfMemory$/,
    );
    assert.equal(await (await service.invoke("greedy")).text(), "1");
  });

  test("is frozen between invocations, unless that is turned off", async (t) => {
    const files = project(
      { clock: {} },
      {
        "clock/bootstrap*": bashRuntime(
          'cat /dev/stdin >/dev/null; wc -l <"$ticks" | tr -d " "',
          'ticks=$(mktemp); (while :; do echo >>"$ticks"; sleep 0.02; done) &',
        ),
      },
    );
    for (const freeze of [true, false]) {
      const service = await startTestService(t, files, { freeze });
      const ticks = async () => Number(await (await service.invoke("clock")).text());
      const before = await ticks();
      await delay(1500);
      const passed = (await ticks()) - before;
      if (freeze) assert.ok(passed < 20, `${passed} ticks while it was frozen`);
      else assert.ok(passed >= 20, `only ${passed} ticks while it was not frozen`);
    }
  });
});

suite("Under bubblewrap", { skip: skipWithoutBubblewrap }, () => {
  const isolate = bubblewrap as NonNullable<typeof bubblewrap>;

  test("a function sees Lambda's own paths, and cannot write to its own", async (t) => {
    const service = await startTestService(
      t,
      {
        "where.sh":
          '#!/bin/sh\npwd; echo "$LAMBDA_TASK_ROOT"; ls /var/task; (echo x >/var/task/x) 2>/dev/null || echo read-only; echo mine >/tmp/x && cat /tmp/x; ls /opt\n',
      },
      { isolate },
    );
    const text = await (await service.invoke("where")).text();
    assert.equal(text, "/var/task\n/var/task\nwhere.sh\nread-only\nmine\n");
  });

  test("a signal is told from a status", async (t) => {
    const service = await startTestService(
      t,
      project({ killed: {} }, { "killed/bootstrap*": bashRuntime("kill -SEGV $$; sleep 5") }),
      { isolate },
    );
    const { errorMessage } = (await (await service.invoke("killed")).json()) as ErrorBody;
    assert.match(errorMessage, /signal: segmentation fault/);
  });

  test("nothing is left of an environment that ended, whatever it started", async (t) => {
    const service = await startTestService(
      t,
      project(
        { leave: {} },
        { "leave/bootstrap*": bashRuntime("setsid sleep 98765 >/dev/null 2>&1 & disown; exit 3") },
      ),
      { isolate },
    );
    await service.invoke("leave");
    await until(() => service.log("leave").some((line) => line.startsWith("REPORT")), "a report");
    assert.equal(await processesLike("sleep 98765"), 0);
  });

  test("layers become /opt, a later one over an earlier one, with its bootstrap", async (t) => {
    const service = await startTestService(
      t,
      {
        "stdlambda.config.json": JSON.stringify({
          functions: { layered: { handler: "say", root: "task", layers: ["one", "two"] } },
        }),
        "task/say*": "#!/bin/sh\ncat /opt/shared /opt/first; tool\n",
        "one/shared": "from one\n",
        "one/first": "first\n",
        "one/bootstrap*": bashRuntime('"$LAMBDA_TASK_ROOT/$_HANDLER"'),
        "two/shared": "from two\n",
        "two/bin/tool*": "#!/bin/sh\necho tool of a layer\n",
      },
      { isolate },
    );
    assert.equal(
      await (await service.invoke("layered")).text(),
      "from two\nfirst\ntool of a layer",
    );
  });
});

/** Processes whose command line holds a text. */
async function processesLike(text: string): Promise<number> {
  const { readdirSync, readFileSync } = await import("node:fs");
  return readdirSync("/proc").filter((id) => {
    try {
      const line = readFileSync(`/proc/${Number(id)}/cmdline`, "latin1").replaceAll("\0", " ");
      return line.startsWith(text);
    } catch {
      return false; // It has ended.
    }
  }).length;
}
