// The report of a batch: which records its source is to send again (AWS: "Partial batch responses").
import type { Batch, BatchRecord } from "../event/batch.ts";

/**
 * `failed` are the records that did not succeed, whether they ran or not. For a queue the report
 * names each of them. A stream is read again from the lowest number that the report names, a topic
 * from the lowest of each partition.
 */
export function batchAnswer({ source }: Batch, failed: readonly BatchRecord[]): Buffer {
  const named = source === "sqs" || source === "sqs-fifo" ? failed : lowest(source, failed);
  const batchItemFailures = named.map(({ failure }) => ({ itemIdentifier: failure }));
  return Buffer.from(JSON.stringify({ batchItemFailures }));
}

function lowest(source: Batch["source"], failed: readonly BatchRecord[]): BatchRecord[] {
  const found = new Map<string, BatchRecord>();
  for (const record of failed) {
    // A shard is one sequence, even if its records have different keys.
    const sequence = source === "kafka" ? record.lane : "";
    const least = found.get(sequence);
    if (least === undefined || positionOf(record) < positionOf(least)) found.set(sequence, record);
  }
  return [...found.values()];
}

function positionOf({ position }: BatchRecord): bigint {
  return position ?? 0n;
}
