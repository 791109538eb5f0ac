// A script that exports main: reads the event from stdin, prints it, and runs by hand as well.
import { readFileSync } from "node:fs";

export async function main() {
  const event = JSON.parse(readFileSync(0, "utf8"));
  process.stdout.write(JSON.stringify(event));
}

if (import.meta.main) await main();
