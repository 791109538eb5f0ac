import { json } from "node:stream/consumers";

/** What is used of an event of SQS. */
interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

interface Order {
  readonly item: string;
  readonly count: number;
}

function fulfil({ item, count }: Order): void {
  if (!(count > 0)) throw new Error(`there is nothing to send: ${count} x ${item}`);
  console.error(`sending ${count} x ${item}`);
}

const { Records } = (await json(process.stdin)) as QueueEvent;
const batchItemFailures: { itemIdentifier: string }[] = [];
for (const { messageId, body } of Records) {
  try {
    fulfil(JSON.parse(body) as Order);
  } catch (error) {
    // Only these messages come back; the others are deleted from the queue.
    console.error(`ERROR ${messageId}: ${error instanceof Error ? error.message : error}`);
    batchItemFailures.push({ itemIdentifier: messageId });
  }
}
console.log(JSON.stringify({ batchItemFailures }));
