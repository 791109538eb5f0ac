import { json } from "node:stream/consumers";
import { greetingIn } from "#greetings";
import type { Visitor } from "./lib/visitor.ts";

const { name, language } = (await json(process.stdin)) as Visitor;
console.log(JSON.stringify({ greeting: `${greetingIn(language)}, ${name}!` }));
