// STDLAMBDA_BATCH=record: each record of a batch is an invocation of its own for the wrapped
// runner, which does not know about batches.
import { failureFromThrown } from "../answer/failure.ts";
import { failed, type Outcome, response } from "../answer/outcome.ts";
import { endingTimes } from "../deadline.ts";
import type { Batch, BatchRecord } from "../event/batch.ts";
import type { Invocation } from "../invocation.ts";
import { createCollector } from "../process/collector.ts";
import { logLines } from "../process/lines.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** Every batch contains this text; events without it are not parsed. */
const mark = Buffer.from('"eventSource"');

interface RecordRunner {
  /** Serves one record as it is, whatever it contains. */
  readonly runner: Runner;
  /** Whether it can serve several at a time. */
  readonly isConcurrent: boolean;
  /** Whether its outcome is what was written to stdout, which then goes to the log. */
  readonly hasStdout: boolean;
}

export function withBatch(
  runner: Runner,
  single: RecordRunner,
  surroundings: Surroundings,
): Runner {
  return {
    ...runner,
    run(invocation) {
      if (!invocation.event.includes(mark)) return runner.run(invocation);
      return run(invocation);
    },
  };

  async function run(invocation: Invocation): Promise<Outcome> {
    const { readBatch } = await import("../event/batch.ts");
    const batch = readBatch(invocation.event);
    if (batch === undefined) return runner.run(invocation);
    const { serveBatch } = await import("../batch.ts");
    const { batchAnswer } = await import("../answer/batch-answer.ts");
    const terminateAt = endingTimes(invocation.deadlineMs)?.terminateAt ?? Number.POSITIVE_INFINITY;
    const serve = await createServer(invocation, batch, single, surroundings);
    const parallel = single.isConcurrent ? parallelOf(batch, surroundings) : 1;
    const hasTime = () => Date.now() < terminateAt && !serve.isBroken();
    const unserved = await serveBatch(batch, { parallel, hasTime, serve: serve.record });
    const notBegun = unserved.filter((record) => !serve.hasBegun(record)).length;
    if (notBegun > 0) {
      surroundings.log.warn(
        `${notBegun} of ${batch.records.length} records were not begun, for lack of time or behind one that failed; they are reported as failed, and come again`,
      );
    }
    return response(batchAnswer(batch, unserved));
  }
}

interface RecordServer {
  record(record: BatchRecord): Promise<boolean>;
  hasBegun(record: BatchRecord): boolean;
  /** The host must end: no further record may be started. */
  isBroken(): boolean;
}

async function createServer(
  invocation: Invocation,
  { source }: Batch,
  { runner, hasStdout }: RecordRunner,
  { settings, log }: Surroundings,
): Promise<RecordServer> {
  const { payloadOf } = await import("../event/batch.ts");
  let isFirst = true;
  let running = 0;
  let isBroken = false;
  const begun = new Set<BatchRecord>();

  async function outcomeOf(record: BatchRecord): Promise<Outcome> {
    try {
      // As between two events: prepares what the next one needs, and ends what the last one left.
      if (!isFirst && running === 1) await runner.prepare();
      isFirst = false;
      const event =
        settings.stdin === "body"
          ? payloadOf(record, source)
          : Buffer.from(JSON.stringify(record.fields));
      const variables = { STDLAMBDA_RECORD_ID: record.id };
      return await whole(await runner.run({ ...invocation, event, variables }));
    } catch (error) {
      isBroken = true;
      return failed(failureFromThrown(error));
    }
  }

  return {
    hasBegun: (record) => begun.has(record),
    isBroken: () => isBroken,
    async record(record) {
      running++;
      begun.add(record);
      const outcome = await outcomeOf(record);
      running--;
      if (outcome.kind === "response" && hasStdout) {
        logLines(Buffer.from(outcome.body), log, invocation);
      }
      if (outcome.kind !== "failure") return true;
      isBroken ||= outcome.hostBroken === true;
      const { failure } = outcome;
      const errorMessage = `record ${record.id}: ${failure.errorMessage}`;
      log.failure({ ...failure, errorMessage }, invocation);
      return false;
    },
  };
}

/** A streamed response has to be read to its end, although nobody waits for it. */
async function whole(outcome: Outcome): Promise<Outcome> {
  if (outcome.kind !== "stream") return outcome;
  const output = createCollector();
  const failure = await outcome.pump((piece) => output.push(Buffer.from(piece)) || true);
  return failure === undefined ? response(output.bytes()) : failed(failure);
}

function parallelOf({ source, records }: Batch, { settings }: Surroundings): number {
  const isOrdered = source === "sqs-fifo" || source === "kinesis" || source === "dynamodb";
  const usual = isOrdered ? 1 : process.getBuiltinModule("node:os").availableParallelism();
  return Math.min(settings.batchParallel ?? usual, records.length);
}
