import { createInterface } from "node:readline";

// The slow start, paid once: every prime below a million.
const composite = new Uint8Array(1_000_000);
for (let n = 2; n * n < composite.length; n++) {
  for (let m = n * n; !composite[n] && m < composite.length; m += n) composite[m] = 1;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { event } = JSON.parse(line) as { event: { number: number } };
  console.log(JSON.stringify({ prime: event.number > 1 && composite[event.number] === 0 }));
}
