// A TypeScript script of the usual kind: reads the event from stdin and prints it.
import { readFileSync } from "node:fs";

type Event = { n: string; pad: string };

const event: Event = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(event));
