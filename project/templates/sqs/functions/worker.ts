import { json } from "node:stream/consumers";

interface Order {
  readonly item: string;
  readonly count: number;
}

// One message at a time: its body is stdin. A message that fails comes back, the others do not.
const { item, count } = (await json(process.stdin)) as Order;
if (!(count > 0)) throw new Error(`there is nothing to send: ${count} x ${item}`);
console.error(`sending ${count} x ${item}`);
