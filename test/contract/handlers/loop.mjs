// A line in, a line out, one process for many events; it ends, or answers twice, when told to.
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { event, context } = JSON.parse(line);
  if (event.end) process.exit(7);
  const answer = event.who ? { process: process.pid, id: context.awsRequestId } : event;
  process.stdout.write(`${JSON.stringify(answer)}\n`.repeat(event.twice ? 2 : 1));
}
