#!/usr/bin/env node
// Ends by an exception that nothing catches.
import { readFileSync } from "node:fs";

const event = readFileSync(0, "utf8");
if (!event.includes("plain echo")) throw new TypeError("no apple is a pear");
process.stdout.write(event);
