// Mode `prestart`: the script runs before its event, up to its first read of stdin.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { functionFolder } from "./function-folder.ts";
import { childrenOf, isRunning, openDescriptors } from "./process-facts.ts";

const folder = functionFolder({
  "echo.sh": "#!/bin/sh\nexec cat\n",
  "warm.sh": `#!/bin/sh
sleep 0.4; printf "ready:"; cat
`,
  "context.sh": `#!/bin/sh
read -r line <&"$LAMBDA_RUNTIME_CONTEXT_FD"
cat >/dev/null
printf '%s' "$line"
`,
  "by-name.sh": `#!/bin/sh
cat "/dev/fd/$LAMBDA_RUNTIME_CONTEXT_FD"
cat >/dev/null
`,
  "through-proc.sh": `#!/bin/sh
cat >/dev/null
read -r line </proc/self/fd/3
printf '%s' "$line"
`,
  "unread.sh": "#!/bin/sh\ncat\n",
  "context.py": `import json, os, sys
event = json.load(sys.stdin)
context = json.loads(open(int(os.environ["LAMBDA_RUNTIME_CONTEXT_FD"])).readline())
print(json.dumps([event, context["context"]["awsRequestId"], sorted(context)]), end="")
`,
  "environment.sh": "#!/bin/sh\ncat >/dev/null; env | grep -c LAMBDA_RUNTIME_AWS_REQUEST_ID\n",
  "ends-early.sh":
    '#!/bin/sh\necho "said early" >&2\nprintf "%s" "$LAMBDA_RUNTIME_AWS_REQUEST_ID"\n',
  "fails-early.sh": '#!/bin/sh\n[ -n "$LAMBDA_RUNTIME_AWS_REQUEST_ID" ] || exit 5\ncat\n',
  "hangs.sh": "#!/bin/sh\ntrap '' TERM\nsleep 49 &\ncat >/dev/null\nwhile :; do sleep 0.05; done\n",
  "fails.sh": "#!/bin/sh\ncat >/dev/null\necho broken >&2\nexit 4\n",
});

const prestart = { STDLAMBDA_MODE: "prestart" };

describe("a script that waits for its event", { concurrency: 2 }, () => {
  it("has done its set-up before, and is a new process for each event", async () => {
    await using host = await folder.start("warm.sh", prestart);
    for (const event of ["one", "two"]) {
      await delay(600);
      const started = Date.now();
      assert.equal((await host.invoke(event)).body.toString(), `ready:${event}`);
      assert.ok(Date.now() - started < 300, "the set-up cost the caller time");
    }
  });

  it("answers to 6 MB, to nothing and to every byte", async () => {
    await using host = await folder.start("echo.sh", prestart);
    const events = [
      Buffer.alloc(6 * 1024 * 1024, "x"),
      Buffer.alloc(0),
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    ];
    for (const event of events) assert.ok((await host.invoke(event)).body.equals(event));
  });

  for (const script of ["by-name.sh", "through-proc.sh"]) {
    it(`opens its context by name (${script})`, async () => {
      await using host = await folder.start(script, prestart);
      for (let n = 0; n < 5; n++) {
        const answer = await host.invoke({ n });
        const { context, headers } = JSON.parse(answer.body.toString());
        assert.equal(context.awsRequestId, answer.requestId);
        assert.equal(headers["lambda-runtime-aws-request-id"], answer.requestId);
      }
    });
  }

  it("may leave its context unread, event after event, without a descriptor left open", async () => {
    await using host = await folder.start("unread.sh", prestart);
    for (let n = 0; n < 3; n++) await host.invoke({ n });
    const before = openDescriptors(host.pid);
    for (let n = 0; n < 20; n++)
      assert.equal((await host.invoke({ n })).body.toString(), `{"n":${n}}`);
    assert.ok(openDescriptors(host.pid) <= before + 2);
  });

  for (const script of ["context.sh", "context.py"]) {
    const skip = missingTool(script.endsWith(".py") ? ["python3"] : []);
    it(`finds its context on a descriptor (${script})`, { skip }, async () => {
      await using host = await folder.start(script, prestart);
      for (let n = 0; n < 3; n++) {
        const answer = await host.invoke({ n });
        assert.ok(answer.body.toString().includes(answer.requestId), answer.body.toString());
        assert.ok(answer.body.toString().includes("headers"));
      }
    });
  }

  it("has no variables of an event", async () => {
    await using host = await folder.start("environment.sh", prestart);
    // grep -c finds none and says so by its status as well.
    assert.match((await host.invoke({})).body.toString(), /Function\.Exit1/);
  });

  it("fails as any script does", async () => {
    await using host = await folder.start("fails.sh", prestart);
    for (let n = 0; n < 2; n++) {
      assert.match((await host.invoke({})).body.toString(), /"Function\.Exit4".*"broken"/);
    }
  });

  it("is ended at the deadline with its group", async () => {
    await using host = await folder.start("hangs.sh", prestart);
    await host.initError;
    const started = Date.now();
    const answer = await host.invoke({}, { deadlineMs: started + 1500 });
    assert.match(answer.body.toString(), /"Function\.Timeout"/);
    assert.ok(Date.now() - started < 1500);
  });
});

describe("a script that ends before its event", { concurrency: 2 }, () => {
  for (const script of ["ends-early.sh", "fails-early.sh"]) {
    it(`${script} loses no event, is run by spawn, and is warned of once`, async () => {
      await using host = await folder.start(script, prestart);
      await host.initError;
      await delay(150);
      const answers = [];
      for (let n = 0; n < 3; n++) answers.push(await host.invoke("event"));
      for (const { status, body, requestId } of answers) {
        assert.equal(status, "response", body.toString());
        assert.equal(body.toString(), script === "ends-early.sh" ? requestId : "event");
      }
      assert.equal(host.log().match(/cannot be prestarted/g)?.length, 1);
      if (script === "ends-early.sh") assert.match(answers[0]?.log ?? "", /said early/);
    });
  }

  it("killed while it waits, costs no event", async () => {
    await using host = await folder.start("echo.sh", prestart);
    await host.initError;
    for (const pid of childrenOf(host.pid)) process.kill(Number(pid), "SIGKILL");
    await delay(30);
    for (const event of ["one", "two"]) {
      assert.equal((await host.invoke(event)).body.toString(), event);
    }
  });
});

it("nothing is left after 60 events", async () => {
  await using host = await folder.start("echo.sh", prestart);
  const counts: number[] = [];
  for (let n = 0; n < 60; n++) {
    await host.invoke({ n });
    counts.push(openDescriptors(host.pid));
  }
  assert.ok(Math.max(...counts.slice(40)) <= Math.max(...counts.slice(0, 20)), counts.join(" "));
  const children = childrenOf(host.pid);
  assert.ok(children.length <= 2, "the shell that makes pipes, and the one that waits");
  await host.stop();
  await delay(50);
  assert.deepEqual(children.filter(isRunning), []);
});
