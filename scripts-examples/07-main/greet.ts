import { json } from "node:stream/consumers";

export async function main(greeting = "Hello"): Promise<void> {
  const { name } = (await json(process.stdin)) as { name?: string };
  if (!name) {
    console.error("the event has no name");
    process.exitCode = 1;
    return;
  }
  console.log(JSON.stringify({ greeting: `${greeting}, ${name}!` }));
}

if (import.meta.main) await main(...process.argv.slice(2));
