// The log: whole lines, in order, live, before the answer; as text, JSON or telemetry frames.
import { deepEqual, equal, ok } from "node:assert/strict";
import type { ContractCase, Run, Sent } from "../case.ts";

const json = { AWS_LAMBDA_LOG_FORMAT: "JSON" };
const said: Sent = { requestId: "id-48", expect: { response: '"stdout is the response"' } };

export const logCases: ContractCase[] = [
  {
    number: 48,
    name: "log lines are whole and in order, and stdout is not among them",
    handler: { script: "logs.sh" },
    turns: [said],
    check({ log }) {
      const lines = log().split("\n");
      const from = lines.findIndex((line) => line.includes("written in parts"));
      ok(from !== -1, `no line "written in parts" in ${JSON.stringify(log())}`);
      ok(lines[from + 1]?.includes("a second line: é😀"), log());
      ok(lines[from + 2]?.includes("ERROR a third line"), log());
      ok(
        lines.some((line) => line === '{"level":"WARN","message":"json line","answer":42}'),
        log(),
      );
      ok(!log().includes("stdout is the response"), "stdout is in the log");
    },
  },
  {
    number: 48,
    name: "all that was logged is written before the answer, a last line without newline too",
    handler: { script: "logs.sh", function: "index.logs" },
    turns: [
      {
        ...said,
        check(turn, { logAtPost, kind }) {
          const words = kind === "script" ? "the last words" : "a second line";
          const log = logAtPost.get(turn) ?? "";
          ok(log.includes(words), `when the answer came the log was ${JSON.stringify(log)}`);
        },
      },
    ],
  },
  {
    number: 48,
    name: "a log line comes while the script still runs",
    handler: { script: "live-log.sh" },
    turns: [
      {
        expect: { response: '"late answer"' },
        async during({ log, api }) {
          const { setTimeout: delay } = await import("node:timers/promises");
          for (let waited = 0; waited < 700; waited += 20) {
            if (log().includes("early line")) return;
            await delay(20);
          }
          ok(api.turns[0]?.posts.length === 0, "too late to tell");
          throw new Error("the line was not in the log 700 ms after the event");
        },
      },
    ],
  },
  {
    number: 48,
    name: "in JSON format every line is an object with timestamp, level and requestId",
    handler: { script: "logs.sh", function: "index.logs" },
    env: json,
    turns: [said],
    check(run) {
      const records = recordsOf(run).filter(({ requestId }) => requestId === "id-48");
      const messages = records.map(({ message }) => String(message));
      const wanted =
        run.kind === "script"
          ? ["written in parts", "a second line: é😀", "the last words"]
          : ["a first line", "a second line: é😀", "with a line of its own"];
      // One call of console.error may be one record of two lines, or two records.
      const lines = messages.flatMap((message) => message.split("\n"));
      for (const text of wanted) ok(lines.includes(text), `${text} is not in ${lines}`);
      for (const { timestamp, level, message } of records) {
        if (message === "json line") continue; // The script's own object passes unchanged.
        ok(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(String(timestamp)), `${timestamp}`);
        ok(/^(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)$/.test(String(level)), `${level}`);
      }
    },
  },
  {
    number: 48,
    name: "in JSON format a leading level is the level, and an object keeps its fields",
    handler: { script: "logs.sh" },
    env: json,
    turns: [said],
    check(run) {
      const records = recordsOf(run);
      const third = records.find(({ message }) => String(message).includes("a third line"));
      equal(third?.level, "ERROR");
      const own = records.find(({ message }) => message === "json line");
      deepEqual(own, { level: "WARN", message: "json line", answer: 42, requestId: "id-48" });
    },
  },
  {
    number: 48,
    name: "lines below the level are left out",
    handler: { script: "logs.sh" },
    env: { ...json, AWS_LAMBDA_LOG_LEVEL: "WARN" },
    turns: [said],
    check(run) {
      const messages = recordsOf(run).map(({ message }) => String(message));
      ok(!messages.includes("written in parts"), "an INFO line was logged");
      ok(messages.includes("json line"), "the WARN line is missing");
      ok(
        messages.some((message) => message.includes("a third line")),
        "the ERROR line is missing",
      );
    },
  },
  {
    number: 48,
    name: "with a telemetry descriptor the log is frames on it",
    handler: { script: "logs.sh", function: "index.logs" },
    telemetry: true,
    turns: [said],
    check(run) {
      const records = framesOf(run.telemetry());
      const text = records.map(({ message }) => message).join("\n");
      const words = run.kind === "script" ? "written in parts" : "a first line";
      ok(text.includes(words), `the frames hold ${JSON.stringify(text)}`);
      ok(text.includes("a second line: é😀"), text);
      ok(!text.includes("stdout is the response"), "stdout is in the log");
      const nowMicros = Date.now() * 1000;
      for (const { type, micros } of records) {
        ok(Math.abs(nowMicros - micros) < 60e6, `a time stamp of ${micros} µs`);
        // The low byte holds the level, so a frame of INFO is 0xa55a0003 with 12 in bits 2 to 4.
        ok(type >>> 16 === 0xa55a, `a frame of type ${type.toString(16)}`);
      }
    },
  },
];

function recordsOf({ log }: Run): Record<string, unknown>[] {
  return log()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      try {
        return JSON.parse(line);
      } catch (cause) {
        throw new Error(`a line of the log is no JSON: ${line}`, { cause });
      }
    });
}

/** Frames: u32 type, u32 length, u64 microseconds, the message; all big-endian. */
function framesOf(bytes: Buffer): { type: number; micros: number; message: string }[] {
  const frames = [];
  for (let start = 0; start < bytes.length; ) {
    ok(bytes.length >= start + 16, "a frame ends within its head");
    const length = bytes.readUInt32BE(start + 4);
    const end = start + 16 + length;
    ok(bytes.length >= end, `a frame of ${length} bytes is not complete`);
    frames.push({
      type: bytes.readUInt32BE(start),
      micros: Number(bytes.readBigUInt64BE(start + 8)),
      message: bytes.toString("utf8", start + 16, end),
    });
    start = end;
  }
  return frames;
}
