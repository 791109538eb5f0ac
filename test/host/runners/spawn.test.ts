// Mode `spawn`, seen from outside: what a script may do to its streams and its processes.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { functionFolder } from "./function-folder.ts";
import { childrenOf, openDescriptors, peakMemoryMB, running } from "./process-facts.ts";

const large = Buffer.alloc(6 * 1024 * 1024, '"0123456789abcdef');

/** Tells this run's sleepers from those of another. */
const mark = process.pid;

const folder = functionFolder({
  "by-name.sh": `#!/bin/sh
cat /dev/stdin >/dev/stdout; echo logged >/dev/stderr
`,
  "is-pipe.sh": `#!/bin/sh
for fd in 0 1 2; do [ -p /dev/fd/$fd ] || { echo "$fd is no pipe" >&2; exit 1; }; done
printf yes
`,
  "python.py": `import sys
open("/dev/stdout", "w").write(open("/dev/stdin").read())
open("/dev/stderr", "w").write("logged\\n")
`,
  "length.sh": "#!/bin/sh\nwc -c\n",
  "slow-length.sh":
    "#!/bin/sh\nsleep 0.3; dd bs=1000 count=1 2>/dev/null | wc -c; sleep 0.2; wc -c\n",
  "unread.sh": "#!/bin/sh\nprintf unread\n",
  "half.sh": "#!/bin/sh\nhead -c 100000 | wc -c\n",
  "arguments.sh": `#!/bin/sh
printf '%s|' "$@"
`,
  "echo.sh": "#!/bin/sh\nexec cat\n",
  "size.sh": `#!/bin/sh
head -c "$(cat)" /dev/zero
`,
  "status.sh": "#!/bin/sh\nexit 0\n",
  "early-close.sh": `#!/bin/sh
printf early; exec >&-; sleep 0.3; echo late >&2
`,
  "late-output.sh": `#!/bin/sh
(sleep 0.02; printf second) &
printf first
`,
  "substitution.bash": `#!/bin/bash
printf abc > >(sleep 0.02; tr a-z A-Z)
`,
  "stderr-flood.sh": `#!/bin/sh
head -c 100000000 /dev/zero | tr '\\0' x >&2
printf done
`,
  "stderr-nul.sh": `#!/bin/sh
printf 'a\\000b\\n\\377\\nlast' >&2; printf ok
`,
  "stops.sh": `#!/bin/sh
sleep 60 &
case $(cat) in
  trap) trap 'printf tidy >&2; exit 0' TERM ;;
  ignore) trap '' TERM ;;
esac
while :; do sleep 0.05; done
`,
  ...Object.fromEntries(
    [
      ["none", `sleep 47.1${mark} >/dev/null 2>&1 &`],
      ["stdout", `sleep 47.2${mark} 2>/dev/null &`],
      ["stderr", `sleep 47.3${mark} >/dev/null &`],
      ["both", `sleep 47.4${mark} &`],
      ["escaped", "setsid sleep 0.9 &"],
      ["writer", "setsid timeout 1 sh -c 'while echo again; do sleep 0.01; done' &"],
      ["stdin", "exec 3<&0; setsid sleep 0.9 <&3 >/dev/null 2>&1 &"],
    ].map(([name, command]) => [`leaves-${name}.sh`, `#!/bin/sh\n${command}\nprintf answered\n`]),
  ),
});

const spawn = { STDLAMBDA_MODE: "spawn" };

describe("the standard streams are real pipes", { concurrency: 2 }, () => {
  for (const script of ["by-name.sh", "python.py"]) {
    const skip = missingTool(script.endsWith(".py") ? ["python3"] : []);
    it(`${script} opens them by name`, { skip }, async () => {
      await using host = await folder.start(script, spawn);
      for (const event of ["one", "two"]) {
        const answer = await host.invoke(event);
        assert.equal(answer.body.toString(), event);
        assert.equal(answer.log, "logged\n");
      }
    });
  }

  it("the shell sees pipes", async () => {
    await using host = await folder.start("is-pipe.sh", spawn);
    for (let event = 0; event < 5; event++) {
      assert.equal((await host.invoke({})).body.toString(), "yes");
    }
  });

  it("without a shell to make them a script is served all the same", async (t) => {
    // In a mount namespace /bin/sh can be hidden without touching the machine's.
    const skip = missingTool(["unshare", "mount"]);
    if (skip) return t.skip(skip);
    writeFileSync(
      join(folder.root, "no-shell"),
      `#!/bin/bash
mount --bind /dev/null "$(readlink -f /bin/sh)" || exit 42
exec "$NODE" "${join(import.meta.dirname, "../../../host/main.ts")}"
`,
      { mode: 0o755 },
    );
    writeFileSync(
      join(folder.root, "unshared"),
      '#!/bin/bash\nexec unshare --mount --map-root-user "$LAMBDA_TASK_ROOT/no-shell"\n',
      { mode: 0o755 },
    );
    const { startHost } = await import("../../helpers/runtime-api.ts");
    const bootstrap = join(folder.root, "unshared");
    const env = { ...spawn, NODE: process.execPath };
    await using host = await startHost({ handler: "cmd:cat", root: folder.root, bootstrap, env });
    if ((await host.initError) === undefined && /42|Operation not permitted/.test(host.log())) {
      return t.skip("this machine allows no mount namespace");
    }
    for (const event of ["one", large, "three"]) {
      assert.deepEqual((await host.invoke(event)).body, Buffer.from(event));
    }
  });
});

describe("stdin", { concurrency: 2 }, () => {
  const cases = [
    ["length.sh", `${large.length}`],
    ["slow-length.sh", `1000\n`],
    ["unread.sh", "unread"],
    ["half.sh", "100000"],
  ] as const;
  for (const [script, expected] of cases) {
    it(`an event of 6 MB is given to ${script}`, async () => {
      await using host = await folder.start(script, spawn);
      for (let event = 0; event < 2; event++) {
        const answer = await host.invoke(large);
        assert.equal(answer.status, "response");
        assert.ok(answer.body.toString().startsWith(expected), answer.body.toString());
      }
    });
  }

  it("every byte arrives, and an empty event is an empty stdin", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await using host = await folder.start("echo.sh", spawn);
    assert.deepEqual((await host.invoke(bytes)).body, bytes);
    assert.equal((await host.invoke("")).body.length, 0);
  });
});

describe("what cannot be started", { concurrency: 2 }, () => {
  it("arguments keep every byte that text can hold", async () => {
    const handler = `script:arguments.sh,${encodeURIComponent("a b")},%2C,%22,%24HOME,${encodeURIComponent("é\n*")}`;
    await using host = await folder.start(handler, spawn);
    assert.equal((await host.invoke({})).body.toString(), 'a b|,|"|$HOME|é\n*|');
  });

  it("a header larger than the system's limit fails its event and says so", async () => {
    await using host = await folder.start("echo.sh", spawn);
    const headers = { "Lambda-Runtime-Client-Context": JSON.stringify("x".repeat(200_000)) };
    const answer = await host.invoke({}, { headers });
    assert.equal(answer.status, "error");
    assert.match(answer.body.toString(), /Function\.StartFailed.*headers of this event/);
    assert.equal((await host.invoke("after")).body.toString(), "after");
  });

  it("a script that is gone fails its event, and serves again when it is back", async () => {
    const own = functionFolder({
      "echo.sh": "#!/bin/sh\nexec cat\n",
      plain: "#!/bin/sh\nexec cat\n",
    });
    const plain = join(own.root, "plain");
    await using host = await own.start(`cmd:${plain}`, spawn);
    assert.equal((await host.invoke("before")).body.toString(), "before");
    const text = readFileSync(plain);
    rmSync(plain);
    const answer = await host.invoke({});
    assert.match(answer.body.toString(), /Function\.StartFailed.*still there/);
    writeFileSync(plain, text, { mode: 0o755 });
    assert.equal((await host.invoke("after")).body.toString(), "after");
  });

  it("without descriptors an event fails, and nothing leaks", async () => {
    const own = functionFolder({
      bootstrap: `#!/bin/sh
ulimit -n 30
exec "${join(import.meta.dirname, "../../../host/bootstrap")}"
`,
    });
    const { startHost } = await import("../../helpers/runtime-api.ts");
    const bootstrap = join(own.root, "bootstrap");
    await using host = await startHost({
      handler: "cmd:cat",
      root: own.root,
      bootstrap,
      env: spawn,
    });
    const counts: number[] = [];
    for (let event = 0; event < 40; event++) {
      const answer = await host.invoke({ event });
      if (answer.status === "error") assert.match(answer.body.toString(), /StartFailed.*no room/);
      counts.push(openDescriptors(host.pid));
    }
    assert.ok(Math.max(...counts.slice(30)) <= Math.max(...counts.slice(0, 10)), counts.join(" "));
  });
});

describe("stdout", { concurrency: 2 }, () => {
  it("of exactly the limit is answered, a byte more is not", async () => {
    await using host = await folder.start("size.sh", spawn);
    assert.equal((await host.invoke("6291556")).body.length, 6_291_556);
    const answer = await host.invoke("6291557");
    assert.match(answer.body.toString(), /Function\.ResponseSizeTooLarge.*6291556.*stream/);
  });

  it("without end is stopped early, in bounded memory", async () => {
    await using host = await folder.start("cmd:yes", spawn);
    const answer = await host.invoke({});
    assert.match(answer.body.toString(), /Function\.ResponseSizeTooLarge/);
    assert.ok(answer.log.length < 2000, "the refused response is not logged");
    assert.ok(peakMemoryMB(host.pid) < 160, `${peakMemoryMB(host.pid)} MB`);
  });

  it("closed early does not end the script", async () => {
    await using host = await folder.start("early-close.sh", spawn);
    const answer = await host.invoke({});
    assert.equal(answer.body.toString(), "early");
    assert.equal(answer.log, "late\n");
  });

  it("of a process left behind still counts for a moment", async () => {
    await using host = await folder.start("late-output.sh", spawn);
    assert.equal((await host.invoke({})).body.toString(), "firstsecond");
  });

  it("may go through a process substitution", { skip: missingTool(["bash"]) }, async () => {
    await using host = await folder.start("substitution.bash", spawn);
    assert.equal((await host.invoke({})).body.toString(), "ABC");
  });
});

describe("stderr", { concurrency: 2 }, () => {
  it("of 100 MB without a newline is logged in bounded memory", async () => {
    await using host = await folder.start("stderr-flood.sh", spawn);
    const answer = await host.invoke({}, { deadlineMs: Date.now() + 30_000 });
    assert.equal(answer.body.toString(), "done");
    assert.ok(answer.log.length >= 100_000_000);
    assert.ok(peakMemoryMB(host.pid) < 250, `${peakMemoryMB(host.pid)} MB`);
  });

  it("may hold NUL, bytes that are no UTF-8, and a last line without newline", async () => {
    await using host = await folder.start("stderr-nul.sh", spawn);
    const answer = await host.invoke({});
    assert.equal(answer.body.toString(), "ok");
    assert.equal(answer.log, "a\0b\n\ufffd\nlast\n");
  });
});

describe("processes left behind", { concurrency: 2 }, () => {
  for (const held of ["none", "stdout", "stderr", "both", "escaped", "writer", "stdin"]) {
    it(`${held}: the answer does not wait for it, and no descriptor leaks`, async () => {
      await using host = await folder.start(`leaves-${held}.sh`, spawn);
      const event = held === "stdin" ? large : "{}";
      await host.invoke(event);
      const before = openDescriptors(host.pid);
      for (let round = 0; round < 3; round++) {
        const started = Date.now();
        const answer = await host.invoke(event);
        const took = Date.now() - started;
        assert.ok(took < 850, `answered after ${took} ms`);
        assert.equal(answer.status, "response");
        assert.ok(answer.body.toString().includes("answered"));
      }
      // Those of the next event are made before it comes, so their number may differ by one set.
      assert.ok(openDescriptors(host.pid) <= before + 6, "descriptors leak");
      await delay(20);
      const left = { none: "47.1", stdout: "47.2", stderr: "47.3", both: "47.4" }[held];
      if (left !== undefined) assert.deepEqual(running(`sleep ${left}${mark} `), []);
    });
  }
});

describe("at the deadline", { concurrency: 3 }, () => {
  for (const event of ["die", "trap", "ignore"]) {
    it(`a script that means to ${event} is ended with its group, in time`, async () => {
      await using host = await folder.start("stops.sh", spawn);
      const started = Date.now();
      const answer = await host.invoke(event, { deadlineMs: started + 2000 });
      const took = Date.now() - started;
      assert.match(answer.body.toString(), /"Function\.Timeout"/);
      assert.ok(took > 1500 && took < 2000, `answered after ${took} ms`);
      if (event === "trap") assert.match(answer.log, /^tidy$/m);
      const next = await host.invoke(event, { deadlineMs: Date.now() + 600 });
      assert.match(next.body.toString(), /"Function\.Timeout"/);
    });
  }
});

it("500 mixed events leave no descriptor, no zombie and no process", async () => {
  const own = functionFolder({
    "mixed.sh": `#!/bin/sh
case $(head -c 1) in
  0) printf fine ;;
  1) echo broken >&2; exit 3 ;;
  2) kill -9 $$ ;;
  3) sleep 48.${mark} & printf left ;;
  4) sleep 48.${mark} >/dev/null 2>&1 & printf hidden ;;
esac
`,
  });
  await using host = await own.start("mixed.sh", spawn);
  const before = await descriptorsAfter(host, 5);
  for (let event = 0; event < 100; event++) {
    const answers = [];
    for (const kind of ["0", "1", "2", "0", event % 10 === 0 ? "3" : "4"]) {
      answers.push((await host.invoke(kind.padEnd(event === 50 ? 300_000 : 10))).status);
    }
    assert.deepEqual(answers, ["response", "error", "error", "response", "response"]);
  }
  assert.equal(await descriptorsAfter(host, 5), before);
  assert.deepEqual(running(`sleep 48.${mark} `), []);
  // The shell that makes the pipes is the only one.
  assert.ok(childrenOf(host.pid).length <= 1, childrenOf(host.pid).join());
});

/** The least that are open after some events: pipes are made ahead, for two events at a time. */
async function descriptorsAfter(
  host: { pid: number; invoke(event: string): Promise<unknown> },
  events: number,
): Promise<number> {
  const counts: number[] = [];
  for (let event = 0; event < events; event++) {
    await host.invoke("0");
    await delay(20);
    counts.push(openDescriptors(host.pid));
  }
  return Math.min(...counts);
}
