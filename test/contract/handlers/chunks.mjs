#!/usr/bin/env node
// Prints the time, five times, 100 ms apart.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const event = readFileSync(0, "utf8");
if (event.includes("plain echo")) {
  process.stdout.write(event);
} else {
  for (let left = 5; left > 0; left -= 1) {
    process.stdout.write(`${Date.now()}\n`);
    if (left > 1) await delay(100);
  }
}
