// An event that is a batch of records from a queue, a stream or a topic (docs/batches.md).

export type BatchSource = "sqs" | "sqs-fifo" | "kinesis" | "dynamodb" | "kafka";

export interface Batch {
  readonly source: BatchSource;
  readonly records: readonly BatchRecord[];
}

export interface BatchRecord {
  /** The value of STDLAMBDA_RECORD_ID. */
  readonly id: string;
  /** How the report of failures names the record. */
  readonly failure: string | { readonly partition: string; readonly offset: number };
  /** Its position in the stream or the partition; undefined in a queue. */
  readonly position: bigint | undefined;
  /** Records of one lane are served one after another. */
  readonly lane: string;
  readonly fields: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Undefined for an event that is not a batch, or that has a record which a report could not name.
 */
export function readBatch(event: Buffer): Batch | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(event.toString("utf8"));
  } catch {
    return undefined;
  }
  const fields = fieldsOf(parsed);
  if (fields === undefined) return undefined;
  const { eventSource } = fields;
  if (eventSource === "aws:kafka" || eventSource === "SelfManagedKafka") return kafka(fields);
  if (!Array.isArray(fields.Records) || fields.Records.length === 0) return undefined;
  return listed(fields.Records.map(fieldsOf));
}

/**
 * The stdin of `STDLAMBDA_STDIN=body`: a message, or decoded data; a change of a table has none.
 */
export function payloadOf({ fields }: BatchRecord, source: BatchSource): Buffer {
  switch (source) {
    case "sqs":
    case "sqs-fifo":
      return Buffer.from(text(fields.body) ?? "");
    case "kinesis":
      return Buffer.from(text(fieldsOf(fields.kinesis)?.data) ?? "", "base64");
    case "kafka":
      return Buffer.from(text(fields.value) ?? "", "base64");
    case "dynamodb":
      return Buffer.from(JSON.stringify(fields));
  }
}

function listed(records: readonly (Fields | undefined)[]): Batch | undefined {
  const read = readers[String(records[0]?.eventSource)];
  if (read === undefined) return undefined;
  const all: BatchRecord[] = [];
  let source: BatchSource | undefined;
  for (const fields of records) {
    if (fields === undefined || fields.eventSource !== records[0]?.eventSource) return undefined;
    const one = read(fields);
    if (one === undefined) return undefined;
    source ??= one.source;
    all.push({ ...one.record, fields });
  }
  return source && { source, records: all };
}

type Read = (
  fields: Fields,
) => { source: BatchSource; record: Omit<BatchRecord, "fields"> } | undefined;

const readers: Readonly<Record<string, Read | undefined>> = Object.assign(Object.create(null), {
  "aws:sqs"({ messageId, eventSourceARN, attributes }: Fields) {
    if (typeof messageId !== "string" || messageId === "") return undefined;
    const isFifo = text(eventSourceARN)?.endsWith(".fifo") === true;
    const lane = isFifo ? String(fieldsOf(attributes)?.MessageGroupId) : messageId;
    const record = { id: messageId, failure: messageId, position: undefined, lane };
    return { source: isFifo ? "sqs-fifo" : "sqs", record };
  },
  "aws:kinesis"({ kinesis }: Fields) {
    const data = fieldsOf(kinesis);
    const record = sequenced(data?.sequenceNumber, String(data?.partitionKey));
    return record && { source: "kinesis", record };
  },
  "aws:dynamodb"({ dynamodb }: Fields) {
    const change = fieldsOf(dynamodb);
    const record = sequenced(change?.SequenceNumber, JSON.stringify(change?.Keys ?? null));
    return record && { source: "dynamodb", record };
  },
});

/** Sequence numbers have more digits than a JavaScript number can hold. */
function sequenced(number: unknown, lane: string): Omit<BatchRecord, "fields"> | undefined {
  if (typeof number !== "string" || !/^\d+$/.test(number)) return undefined;
  return { id: number, failure: number, position: BigInt(number), lane };
}

function kafka({ records }: Fields): Batch | undefined {
  const all: BatchRecord[] = [];
  for (const [partition, list] of Object.entries(fieldsOf(records) ?? {})) {
    if (!Array.isArray(list)) return undefined;
    for (const fields of list.map(fieldsOf)) {
      const offset = fields?.offset;
      if (fields === undefined || typeof offset !== "number" || !Number.isInteger(offset)) {
        return undefined;
      }
      all.push({
        id: `${partition}-${offset}`,
        failure: { partition, offset },
        position: BigInt(offset),
        lane: partition,
        fields,
      });
    }
  }
  return all.length === 0 ? undefined : { source: "kafka", records: all };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}
