// Mode `loop`: the line protocol, and that no answer reaches the wrong caller.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { functionFolder } from "./function-folder.ts";
import { childrenOf, commandLine, openDescriptors } from "./process-facts.ts";

const lines = `import { createInterface } from "node:readline";
const lines = createInterface({ input: process.stdin });
`;

const folder = functionFolder({
  "echo.mjs": `${lines}for await (const line of lines) {
  const { event, context, headers } = JSON.parse(line);
  if (event?.want === "context") console.log(JSON.stringify({ context, headers }));
  else console.log(JSON.stringify(event));
}`,
  "echo.sh": `#!/bin/sh
while IFS= read -r line; do printf '%s\\n' "$line"; done
`,
  // What it does is told by the event.
  "behaves.mjs": `${lines}import { setTimeout as delay } from "node:timers/promises";
for await (const line of lines) {
  const { event } = JSON.parse(line);
  const { does, after = 0, size = 0 } = event;
  if (does === "extra") process.stdout.write("answer\\nextra\\n");
  else if (does === "late") { console.log("answer"); setTimeout(() => console.log("late"), after); }
  else if (does === "part") { process.stdout.write("an"); await delay(30); process.stdout.write("swer\\n"); }
  else if (does === "unfinished") { process.stdout.write("no newline"); process.exit(0); }
  else if (does === "answer and exit") process.stdout.write("answer\\n", () => process.exit(3));
  else if (does === "exit") process.exit(0);
  else if (does === "crash") { throw new RangeError("crash"); }
  else if (does === "hang") { console.error("hangs"); await delay(60_000); }
  else if (does === "ignore") { process.on("SIGTERM", () => console.log("too late")); await delay(60_000); }
  else if (does === "log") { process.stderr.write("first\\nsecond without newline"); console.log("answer"); }
  else if (does === "size") console.log("x".repeat(size));
  else if (does === "idle output") { console.log("answer"); setTimeout(() => console.error("between"), 50); }
  else if (does === "pid") console.log(process.pid);
  else console.log(JSON.stringify(event));
}`,
  "deaf.sh": `#!/bin/sh
read -r line; echo "$line"; exec </dev/null; exec sleep 30
`,
  "chatty.mjs": `console.log("welcome"); ${lines}for await (const line of lines) console.log(line.length);`,
  // Sometimes says a second line, a little later.
  "stray.mjs": `${lines}for await (const line of lines) {
  const { event } = JSON.parse(line);
  console.log(event.n);
  if (event.n % 7 === 0) setTimeout(() => console.log("stray"), Math.random() * 3);
}`,
});

const loop = { STDLAMBDA_MODE: "loop" };

describe("the event", { concurrency: 2 }, () => {
  const large = JSON.stringify({ text: "é".repeat(3 * 1024 * 1024 - 10) });
  const events: readonly (readonly [name: string, event: string, seen: string])[] = [
    ["JSON keeps its own bytes", '{"b":1.50,  "a":1e2}', '{"b":1.5,"a":100}'],
    ["raw newlines are re-encoded", '{\r\n"a":\n[1,\r2]}\n', '{"a":[1,2]}'],
    ["what is no JSON is a string", "plain\ntext", '"plain\\ntext"'],
    ["nothing is null", "", "null"],
    ["a quote that would end the line's JSON", '"}\n{"event":2', '"\\"}\\n{\\"event\\":2"'],
    ["6 MB arrive whole", large, large],
  ];
  for (const [name, event, seen] of events) {
    it(name, async () => {
      await using host = await folder.start("echo.mjs", loop);
      for (let round = 0; round < 2; round++) {
        assert.equal((await host.invoke(event)).body.toString(), seen);
      }
    });
  }

  it("comes with its context and its headers, byte for byte to any program", async () => {
    await using host = await folder.start("echo.sh", loop);
    const answer = await host.invoke('{"n":1.00}', {
      headers: { "Lambda-Runtime-Client-Context": '{"x":"é\\n"}' },
    });
    const text = answer.body.toString();
    assert.ok(text.startsWith('{"event":{"n":1.00},"context":{'), text);
    const { context, headers } = JSON.parse(text);
    assert.equal(context.awsRequestId, answer.requestId);
    assert.deepEqual(context.clientContext, { x: "é\n" });
    assert.equal(headers["lambda-runtime-aws-request-id"], answer.requestId);
  });

  it("of another encoding than UTF-8 does not break the line", async () => {
    await using host = await folder.start("echo.mjs", loop);
    const answer = await host.invoke(Buffer.from([0x22, 0xff, 0xfe, 0x0a, 0x22]));
    assert.equal(answer.status, "response");
  });
});

describe("the answer", { concurrency: 2 }, () => {
  const start = () => folder.start("behaves.mjs", loop);

  it("is one process's for many events", async () => {
    await using host = await start();
    const pids = new Set<string>();
    for (let n = 0; n < 5; n++) pids.add((await host.invoke({ does: "pid" })).body.toString());
    assert.equal(pids.size, 1);
  });

  it("may be written in parts", async () => {
    await using host = await start();
    assert.equal((await host.invoke({ does: "part" })).body.toString(), "answer");
  });

  it("counts though its process ends at once", async () => {
    await using host = await start();
    for (let n = 0; n < 5; n++) {
      const answer = await host.invoke({ does: "answer and exit" });
      assert.equal(answer.body.toString(), "answer");
    }
  });

  it("of exactly the limit passes, a byte more does not", async () => {
    await using host = await start();
    assert.equal((await host.invoke({ does: "size", size: 6_291_556 })).body.length, 6_291_556);
    const answer = await host.invoke({ does: "size", size: 6_291_557 });
    assert.match(answer.body.toString(), /Function\.ResponseSizeTooLarge/);
    assert.equal((await host.invoke({ n: 1 })).body.toString(), '{"n":1}');
  });

  it("has its log lines before it, with its request id", async () => {
    await using host = await folder.start("behaves.mjs", {
      ...loop,
      AWS_LAMBDA_LOG_FORMAT: "JSON",
    });
    for (let n = 0; n < 20; n++) {
      const answer = await host.invoke({ does: "log" });
      const records = answer.log
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        records.map(({ message, requestId }) => [message, requestId]),
        ["first", "second without newline"].map((message) => [message, answer.requestId]),
      );
    }
  });

  it("is not what is logged between the events", async () => {
    await using host = await start();
    await host.invoke({ does: "idle output" });
    await delay(150);
    assert.match(host.log(), /^between$/m);
    assert.equal((await host.invoke({ n: 2 })).body.toString(), '{"n":2}');
  });
});

describe("an event fails and the next has a new process, when the script", {
  concurrency: 2,
}, () => {
  const failures = [
    ["exit", /"Function\.NoResponse".*status 0/],
    ["unfinished", /"Function\.NoResponse"/],
    ["crash", /"RangeError".*"crash"/],
    ["hang", /"Function\.Timeout"/],
    ["ignore", /"Function\.Timeout"/],
  ] as const;
  for (const [does, expected] of failures) {
    it(`does ${does}`, async () => {
      await using host = await folder.start("behaves.mjs", loop);
      const pid = (await host.invoke({ does: "pid" })).body.toString();
      const started = Date.now();
      const answer = await host.invoke({ does }, { deadlineMs: started + 1500 });
      assert.ok(Date.now() - started < 1500);
      assert.equal(answer.status, "error");
      assert.match(answer.body.toString(), expected);
      if (does === "hang") assert.match(answer.log, /^hangs$/m);
      assert.notEqual((await host.invoke({ does: "pid" })).body.toString(), pid);
    });
  }
});

describe("a line that no event asked for", { concurrency: 2 }, () => {
  it("together with the answer fails the event, and the process is replaced", async () => {
    await using host = await folder.start("behaves.mjs", loop);
    const pid = (await host.invoke({ does: "pid" })).body.toString();
    const answer = await host.invoke({ does: "extra" });
    assert.match(answer.body.toString(), /"Function\.TooMuchOutput"/);
    assert.match(answer.log, /ERROR .*no event had asked for it.*extra/);
    assert.notEqual((await host.invoke({ does: "pid" })).body.toString(), pid);
  });

  it("of an answer in several lines is never left out in silence", async () => {
    const own = functionFolder({
      "pretty.py": `import json, sys
for line in sys.stdin:
    print(json.dumps({"a": 1, "b": [1, 2]}, indent=2), flush=True)
`,
      "lines.sh": "#!/bin/sh\nwhile read -r line; do printf 'one\\ntwo\\n'; done\n",
    });
    for (const script of ["pretty.py", "lines.sh"]) {
      await using host = await own.start(script, loop);
      for (let n = 0; n < 3; n++) {
        const { body } = await host.invoke({ n });
        assert.match(body.toString(), /"Function\.TooMuchOutput"/, script);
      }
    }
  });

  it("at the start is a fault too, and the function keeps answering", async () => {
    await using host = await folder.start("chatty.mjs", loop);
    while (!/no event had asked for it.*welcome/.test(host.log())) await delay(20);
    const answer = await host.invoke({}, { deadlineMs: Date.now() + 3000 });
    // Each of its processes speaks first, so what it says may be taken for an answer; it never hangs.
    assert.ok(["response", "error"].includes(answer.status));
  });

  it("together with the next event does not answer that one", async () => {
    await using host = await folder.start("behaves.mjs", loop);
    for (let n = 0; n < 5; n++) {
      await host.invoke({ does: "late", after: 30 });
      // Frozen as a sandbox is: the late line and the event are read in one turn of the loop.
      process.kill(host.pid, "SIGSTOP");
      await delay(60);
      const answer = host.invoke({ n });
      await delay(20);
      process.kill(host.pid, "SIGCONT");
      assert.equal((await answer).body.toString(), JSON.stringify({ n }));
    }
  });

  it("comes at random times, and no answer is lost or another's", async () => {
    await using host = await folder.start("stray.mjs", loop);
    let faults = 0;
    for (let n = 1; n <= 100; n++) {
      const answer = await host.invoke({ n });
      // A stray line may be read together with the answer: then nobody can tell them apart.
      if (n % 7 !== 0 || answer.status === "response") {
        assert.equal(answer.body.toString(), String(n));
      } else assert.match(answer.body.toString(), /"Function\.TooMuchOutput"/);
      // One that came while the next event ran would be its answer: nothing in the protocol tells them
      // apart, so the next event waits for it here.
      if (n % 7 === 0) faults++;
      while (faultsOf(host.log()) < faults) await delay(1);
    }
  });
});

describe("the process", { concurrency: 2 }, () => {
  it("that no longer reads is replaced, and the event is not lost", async () => {
    await using host = await folder.start("deaf.sh", loop);
    for (let n = 0; n < 3; n++) {
      const answer = await host.invoke({ n }, { deadlineMs: Date.now() + 3000 });
      assert.ok(answer.body.toString().startsWith(`{"event":{"n":${n}}`), answer.body.toString());
      await delay(50);
    }
  });

  it("killed while it is idle costs no event, seen or not", async () => {
    await using host = await folder.start("behaves.mjs", loop);
    for (let n = 0; n < 5; n++) {
      const pid = Number((await host.invoke({ does: "pid" })).body.toString());
      if (n % 2 === 0) process.kill(host.pid, "SIGSTOP");
      process.kill(pid, "SIGKILL");
      await delay(20);
      const answer = host.invoke({ n });
      await delay(20);
      process.kill(host.pid, "SIGCONT");
      assert.equal((await answer).body.toString(), JSON.stringify({ n }));
    }
  });

  it("ends with the host, and leaves nothing after 100 failures", async () => {
    await using host = await folder.start("echo.sh", loop);
    const counts: number[] = [];
    for (let n = 0; n < 100; n++) {
      await host.invoke({ n });
      const [child] = childrenOf(host.pid).filter((pid) => commandLine(pid).includes("echo.sh"));
      if (n % 3 === 0 && child !== undefined) process.kill(Number(child), "SIGKILL");
      counts.push(openDescriptors(host.pid));
    }
    assert.ok(Math.max(...counts.slice(80)) <= Math.max(...counts.slice(0, 20)), counts.join(" "));
    assert.ok(childrenOf(host.pid).length <= 2);
    const children = childrenOf(host.pid);
    await host.stop();
    assert.deepEqual(
      children.filter((pid) => commandLine(pid).includes("echo.sh")),
      [],
    );
  });

  it("may be a shell's loop", { skip: missingTool(["bash"]) }, async () => {
    const own = functionFolder({
      "count.bash": '#!/bin/bash\nwhile read -r line; do printf "$line" | wc -c; done\n',
    });
    await using host = await own.start("count.bash", loop);
    assert.match((await host.invoke({})).body.toString(), /^\s*\d+$/);
  });
});

function faultsOf(log: string): number {
  return log.match(/no event had asked for it/g)?.length ?? 0;
}
