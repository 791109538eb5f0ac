// The events of a storm on `main`, a loop script and a function in Python: what each does, and what becomes of it.
import type { Kind } from "./storm.ts";

export const programs = {
  "storm.mjs": `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export async function main() {
  let event = "";
  for await (const piece of process.stdin) event += piece;
  const { n, kind } = JSON.parse(event);
  console.error(kind, n, "begins");
  await wait(10);
  switch (kind) {
    case "good": break;
    case "slow": await wait(200); console.error(kind, n, "goes on"); break;
    case "status": console.log(kind, n, "half"); process.exitCode = 3; return;
    case "exits": process.exit(4);
    case "throws": throw new RangeError("no " + n);
    case "uncaught": setTimeout(() => { throw new TypeError("timer " + n); }, 5); await new Promise(() => {});
    case "hangs": await new Promise(() => {});
    case "floods": for (;;) { process.stdout.write("y".repeat(100_000)); }
  }
  process.stdout.write("answer " + n + "\\n");
}
`,
  "loop.mjs": `import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { n, kind } = JSON.parse(line).event;
  console.error(kind, n, "begins");
  if (kind === "slow") { await new Promise((done) => setTimeout(done, 200)); console.error(kind, n, "goes on"); }
  if (kind === "exits") process.exit(4);
  if (kind === "hangs") { process.on("SIGTERM", () => {}); await new Promise(() => setInterval(() => {}, 1000)); }
  if (kind === "floods") for (;;) { if (!process.stdout.write("y".repeat(100_000))) await new Promise((done) => process.stdout.once("drain", done)); }
  if (kind === "crashes") process.kill(process.pid, "SIGSEGV");
  process.stdout.write("answer " + n + "\\n");
}
`,
  "python.py": `import os, signal, sys, time
def handle(event, context):
    n, kind = event["n"], event["kind"]
    print(kind, n, "begins")
    if kind == "slow":
        time.sleep(0.2)
        print(kind, n, "goes on", file=sys.stderr)
    if kind == "exits":
        sys.exit(4)
    if kind == "throws":
        raise KeyError(n)
    if kind == "hangs":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(1)
    if kind == "floods":
        return "y" * 7_000_000
    if kind == "crashes":
        os.kill(os.getpid(), signal.SIGSEGV)
    return f"answer {n}"
`,
};

const answered = (n: number) => ["response", `answer ${n}\n`] as const;
const failing = (type: string, lines = 1, deadlineMs?: number): Kind => ({
  answer: () => ["error", type],
  lines,
  ...(deadlineMs === undefined ? {} : { deadlineMs }),
});

export const mainKinds: Record<string, Kind> = {
  good: { answer: answered, lines: 1 },
  slow: { answer: answered, lines: 2 },
  // Its half answer is logged, too.
  status: failing("Function.Exit3", 2),
  exits: failing("Function.Exit4"),
  throws: failing("RangeError"),
  uncaught: failing("TypeError"),
  hangs: failing("Function.Timeout", 1, 1500),
  floods: failing("Function.ResponseSizeTooLarge"),
};

export const loopKinds: Record<string, Kind> = {
  good: { answer: (n) => ["response", `answer ${n}`], lines: 1 },
  slow: { answer: (n) => ["response", `answer ${n}`], lines: 2 },
  exits: failing("Function.Exit4"),
  hangs: failing("Function.Timeout", 1, 8000),
  floods: failing("Function.ResponseSizeTooLarge"),
  crashes: failing("Function.SIGSEGV"),
};

const json = (n: number) => ["response", `"answer ${n}"`] as const;

export const pythonKinds: Record<string, Kind> = {
  good: { answer: json, lines: 1 },
  slow: { answer: json, lines: 2 },
  exits: failing("Function.Exit4"),
  throws: failing("KeyError"),
  hangs: failing("Function.Timeout", 1, 8000),
  floods: failing("Function.ResponseSizeTooLarge"),
  crashes: failing("Function.SIGSEGV"),
};
