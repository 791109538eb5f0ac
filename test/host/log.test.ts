// The log, as the reader of the host's stderr or of its telemetry descriptor sees it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Failure } from "../../host/answer/failure.ts";
import type { LogOrigin } from "../../host/log.ts";
import { temporaryFiles } from "./temporary-files.ts";

type Entry =
  | { line: string; origin?: LogOrigin | undefined }
  | { warn: string }
  | { error: string }
  | { failure: Failure; origin?: LogOrigin | undefined };

const origin: LogOrigin = { id: "id-1", tenantId: undefined };
const sources = join(import.meta.dirname, "../../host");

/** A process that logs the entries from its stdin, each `repeat` times. */
const logger = `
  import { createLog } from ${JSON.stringify(join(sources, "log.ts"))};
  import { readPlatform } from ${JSON.stringify(join(sources, "settings.ts"))};
  import { readFileSync } from "node:fs";
  const { entries, repeat } = JSON.parse(readFileSync(0, "utf8"));
  const log = createLog(readPlatform(process.env));
  // Node makes the descriptor of a stream that it opens non-blocking, as a parent may have made it.
  process.stderr.writable;
  for (const entry of entries) {
    for (let count = 0; count < repeat; count++) {
      if ("line" in entry) log.line(entry.line, entry.origin);
      else if ("failure" in entry) log.failure(entry.failure, entry.origin);
      else if ("warn" in entry) log.warn(entry.warn);
      else log.error(entry.error);
    }
  }
  process.stdout.write("done");
`;

interface Options {
  format?: "JSON" | "Text";
  level?: string;
  repeat?: number;
  /** Milliseconds before the reader begins. */
  lateMs?: number;
  /** A file that gets the frames. */
  telemetry?: string;
}

/** What stands on fd 2 of a process that logs these entries. */
async function logged(entries: readonly Entry[], options: Options = {}): Promise<Buffer> {
  const frames = options.telemetry === undefined ? undefined : openSync(options.telemetry, "w");
  const child = spawn(
    process.execPath,
    ["--no-warnings", "--input-type=module", "--eval", logger],
    {
      env: {
        AWS_LAMBDA_LOG_FORMAT: options.format ?? "Text",
        ...(options.level === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: options.level }),
        ...(frames === undefined ? {} : { _LAMBDA_TELEMETRY_LOG_FD: "3" }),
      },
      stdio: ["pipe", "pipe", "pipe", frames ?? "ignore"],
    },
  );
  const { stdin, stdout, stderr } = child as typeof child & {
    stdin: NonNullable<typeof child.stdin>;
    stdout: NonNullable<typeof child.stdout>;
    stderr: NonNullable<typeof child.stderr>;
  };
  stdin.end(JSON.stringify({ entries, repeat: options.repeat ?? 1 }));
  if (options.lateMs !== undefined) await delay(options.lateMs);
  const [log, done] = await Promise.all([buffer(stderr), buffer(stdout)]);
  if (frames !== undefined) closeSync(frames);
  assert.equal(done.toString(), "done", log.toString());
  return log;
}

async function lines(entries: readonly Entry[], options?: Options): Promise<string[]> {
  const text = (await logged(entries, options)).toString();
  if (text === "") return [];
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

async function records(entries: readonly Entry[], options: Options = {}) {
  const all = await lines(entries, { format: "JSON", ...options });
  return all.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const failure: Failure = {
  errorType: "OrderError",
  errorMessage: "no stock\nsold out",
  stackTrace: ["at take (a.js:1:2)", "at b"],
};
const levelled = ["TRACE a", "DEBUG a", "INFO a", "WARN a", "ERROR a", "FATAL a"];
const asLines = (texts: readonly string[]) => texts.map((line) => ({ line, origin }));

describe("the text format", () => {
  it("writes a line as it is", async () => {
    const texts = [
      "plain",
      "",
      "  <3>not at the start",
      "<3>error",
      "é😀\t",
      '{"level":"ERROR"}',
      "x".repeat(200_000),
    ];
    assert.deepEqual(await lines(asLines(texts)), texts);
  });

  it("names the host in what it has to say itself", async () => {
    assert.deepEqual(await lines([{ warn: "careful" }, { error: "broken" }]), [
      "WARN stdlambda: careful",
      "ERROR stdlambda: broken",
    ]);
  });

  it("keeps a failure one record, its lines parted by carriage returns", async () => {
    assert.deepEqual(await lines([{ failure, origin }]), [
      "ERROR OrderError: no stock\rsold out\r    at take (a.js:1:2)\r    at b",
    ]);
  });

  it("filters lines that name a level below the least, and no others", async () => {
    const texts = [...levelled, "<7>a", "<4>a", "plain", "INFORMATION", "debug a"];
    assert.deepEqual(
      await lines([...asLines(texts), { warn: "w" }, { error: "e" }, { failure }], {
        level: "ERROR",
      }),
      [
        "ERROR a",
        "FATAL a",
        "plain",
        "INFORMATION",
        "debug a",
        "ERROR stdlambda: e",
        "ERROR OrderError: no stock\rsold out\r    at take (a.js:1:2)\r    at b",
      ],
    );
    assert.deepEqual(await lines([{ error: "e" }, { failure }], { level: "FATAL" }), []);
  });
});

describe("the JSON format", () => {
  it("makes a record of a line", async () => {
    const [record = {}, ...more] = await records([{ line: 'said "é😀"\t', origin }]);
    assert.match(String(record.timestamp), timestamp);
    assert.deepEqual(
      { ...record, timestamp: "" },
      {
        timestamp: "",
        level: "INFO",
        requestId: "id-1",
        message: 'said "é😀"\t',
      },
    );
    assert.equal(more.length, 0);
  });

  it("tells the tenant, and no request where there is none", async () => {
    const [withTenant, without] = await records([
      { line: "a", origin: { id: "id-1", tenantId: "tenant" } },
      { line: "a" },
    ]);
    assert.equal(withTenant?.tenantId, "tenant");
    assert.ok(without !== undefined && !("requestId" in without) && !("tenantId" in without));
  });

  it("reads the level from a leading word or number, which is taken off", async () => {
    const texts = [
      ...levelled,
      "<0>a",
      "<3>a",
      "<4>a",
      "<6>a",
      "<7>a",
      "<8>a",
      "WARNING a",
      "ERROR_CODE",
      "error a",
    ];
    const read = (await records(asLines(texts))).map(({ level, message }) => `${level}|${message}`);
    assert.deepEqual(read, [
      "TRACE|TRACE a",
      "DEBUG|DEBUG a",
      "INFO|INFO a",
      "WARN|WARN a",
      "ERROR|ERROR a",
      "FATAL|FATAL a",
      "FATAL|a",
      "ERROR|a",
      "WARN|a",
      "INFO|a",
      "DEBUG|a",
      "INFO|<8>a",
      "INFO|WARNING a",
      "INFO|ERROR_CODE",
      "INFO|error a",
    ]);
  });

  it("adds the request id to a script's own record and changes nothing else", async () => {
    const texts = [
      '{"level":"WARN","big":12345678901234567890.10,"a":1,"a":2}',
      "{}",
      "{ }",
      '{ "nested": {"requestId": 1} }\t',
    ];
    assert.deepEqual(await lines(asLines(texts), { format: "JSON" }), [
      '{"requestId":"id-1","level":"WARN","big":12345678901234567890.10,"a":1,"a":2}',
      '{"requestId":"id-1"}',
      '{"requestId":"id-1" }',
      '{"requestId":"id-1", "nested": {"requestId": 1} }\t',
    ]);
  });

  it("passes a record that has one, and any record outside of an event", async () => {
    const text = '{"requestId":"mine","n":1.0}';
    assert.deepEqual(
      await lines([{ line: text, origin }, { line: '{"n":1.0}' }], { format: "JSON" }),
      [text, '{"n":1.0}'],
    );
  });

  it("takes half a record, a list and a number for text", async () => {
    for (const { message, level } of await records(asLines(['{"half":', "[1]", "7", "{a}"]))) {
      assert.equal(typeof message, "string");
      assert.equal(level, "INFO");
    }
  });

  it("filters by the level of a record or a line, which is INFO where it has none", async () => {
    const texts = [
      ...levelled,
      "plain",
      ...['"debug"', '"Info"', '"warning"', '"ERROR"', '"constructor"', "30", "null"].map(
        (level) => `{"level":${level},"kept":true}`,
      ),
    ];
    const kept = await records([...asLines(texts), { warn: "w" }, { failure, origin }], {
      level: "WARN",
    });
    assert.deepEqual(
      kept.map(({ level, message, kept }) => (kept ? level : message)),
      ["WARN a", "ERROR a", "FATAL a", "warning", "ERROR", "stdlambda: w", "no stock\nsold out"],
    );
  });

  it("passes metrics untouched, whatever the level", async () => {
    const metrics = '{"_aws":{"Timestamp":1},"level":"TRACE","n":1.0}';
    assert.deepEqual(await lines([{ line: metrics, origin }], { format: "JSON", level: "FATAL" }), [
      metrics,
    ]);
  });

  it("makes one record of a failure", async () => {
    const [record = {}] = await records([{ failure, origin }]);
    assert.deepEqual(
      { ...record, timestamp: "" },
      {
        timestamp: "",
        level: "ERROR",
        requestId: "id-1",
        message: "no stock\nsold out",
        ...failure,
      },
    );
  });
});

describe("the telemetry descriptor", () => {
  interface Frame {
    type: number;
    milliseconds: number;
    text: string;
  }

  async function frames(entries: readonly Entry[], options: Options = {}): Promise<Frame[]> {
    const telemetry = join(temporaryFiles(), "frames");
    const stderr = await logged(entries, { ...options, telemetry });
    assert.equal(stderr.length, 0, "nothing on stderr");
    const bytes = readFileSync(telemetry);
    const all: Frame[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at + 4);
      all.push({
        type: bytes.readUInt32BE(at),
        milliseconds: Number(bytes.readBigUInt64BE(at + 8)) / 1000,
        text: bytes.toString("utf8", at + 16, at + 16 + length),
      });
      at += 16 + length;
    }
    return all;
  }

  it("gets text frames with the line's level in their type", async () => {
    const started = Date.now();
    const all = await frames([
      ...asLines(["plain", ...levelled, "é".repeat(40_000)]),
      { warn: "w" },
    ]);
    assert.deepEqual(
      all.map(({ type }) => type),
      [0, 4, 8, 12, 16, 20, 24, 0, 16].map((mask) => (0xa55a0003 | mask) >>> 0),
    );
    assert.equal(all[7]?.text, "é".repeat(40_000));
    for (const { milliseconds } of all) {
      assert.ok(milliseconds >= started - 1 && milliseconds <= Date.now());
    }
  });

  it("gets JSON frames in the JSON format", async () => {
    const all = await frames(asLines(["plain", "ERROR a", '{"level":"WARN"}', '{"_aws":{}}']), {
      format: "JSON",
    });
    assert.deepEqual(
      all.map(({ type }) => type),
      [12, 20, 16, 0].map((mask) => (0xa55a0002 | mask) >>> 0),
    );
    assert.equal(JSON.parse(all[0]?.text ?? "").message, "plain");
  });

  it("gets a failure as one frame with its lines", async () => {
    const all = await frames([{ failure, origin }]);
    assert.deepEqual(
      all.map(({ text }) => text),
      ["ERROR OrderError: no stock\nsold out\n    at take (a.js:1:2)\n    at b"],
    );
  });
});

describe("a reader of the log", () => {
  it("that is slow loses nothing, and gets lines whole and in order", async () => {
    const text = "x".repeat(1000);
    const read = await lines(
      Array.from({ length: 50 }, (_, at) => ({ line: `${at} ${text}` })),
      { repeat: 40, lateMs: 400 },
    );
    assert.deepEqual(
      read,
      Array.from({ length: 2000 }, (_, at) => `${Math.floor(at / 40)} ${text}`),
    );
  });

  it("that is gone does not stop the host", async () => {
    const child = spawn(
      process.execPath,
      ["--no-warnings", "--input-type=module", "--eval", logger],
      {
        env: {},
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    child.stderr.destroy();
    child.stdin.end(JSON.stringify({ entries: [{ line: "a" }, { error: "b" }], repeat: 100 }));
    assert.equal((await buffer(child.stdout)).toString(), "done");
  });
});
