import { json } from "node:stream/consumers";

interface Greeting {
  readonly name?: string;
}

const { name = "World" } = (await json(process.stdin)) as Greeting;
console.error(`greeting ${name}`);
console.log(JSON.stringify({ greeting: `Hello, ${name}!` }));
