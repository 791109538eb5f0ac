// Serves a batch record by record. The order is kept if the source keeps it, and each record is
// either served or reported as failed, whatever happens.
import type { Batch, BatchRecord } from "./event/batch.ts";

export interface BatchPlan {
  /** How many records may run at a time. */
  readonly parallel: number;
  /** False when the deadline leaves no time for another record. */
  hasTime(): boolean;
  /** Serves one record; resolves to true if that worked. Never rejects. */
  serve(record: BatchRecord): Promise<boolean>;
}

/**
 * Resolves with the records that did not succeed, in the batch's order: those that failed and those
 * that were not started.
 */
export async function serveBatch(
  { source, records }: Batch,
  { parallel, hasTime, serve }: BatchPlan,
): Promise<BatchRecord[]> {
  const succeeded = new Set<BatchRecord>();
  const lanes = new Map<string, BatchRecord[]>();
  for (const record of records) {
    const lane = lanes.get(record.lane);
    if (lane === undefined) lanes.set(record.lane, [record]);
    else lane.push(record);
  }
  // A queue without order loses nothing by going on; in the others everything after the first
  // failure is sent again.
  const stopsAll = source !== "sqs" && source !== "kafka";
  let stopped = false;

  async function serveLane(lane: readonly BatchRecord[]): Promise<void> {
    for (const record of lane) {
      if (stopped || !hasTime()) return;
      if (await serve(record)) succeeded.add(record);
      else {
        stopped ||= stopsAll;
        if (source !== "sqs") return;
      }
    }
  }

  // In a sequence, one at a time means in the order of the batch, not lane by lane.
  const waiting = parallel === 1 && stopsAll ? [[...records]] : [...lanes.values()];
  async function work(): Promise<void> {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      await serveLane(lane);
    }
  }
  await Promise.all(Array.from({ length: parallel }, work));
  return records.filter((record) => !succeeded.has(record));
}
