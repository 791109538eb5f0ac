// Exports main, so it is loaded once; the numbers tell the events of one process.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

let events = 0;

export async function main() {
  events += 1;
  const event = readFileSync(0, "utf8");
  if (event.includes("count")) process.stdout.write(String(events));
  else if (event.includes("fail")) throw new RangeError("out of range");
  else if (event.includes("exit")) process.exit(5);
  else if (event.includes("late")) {
    process.stdout.write("in time");
    setTimeout(() => process.stdout.write("too late"), 50);
  } else if (event.includes("patient")) {
    await delay(150);
    process.stdout.write("alone");
  } else process.stdout.write(event);
}
