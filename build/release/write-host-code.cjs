// Runs as a separate process: starts the host of a folder, and writes its compiled code when told.
// @ts-check
"use strict";

const { writeFileSync } = require("node:fs");
const { join } = require("node:path");

const directory = process.argv[2] ?? ".";
// Held here, because the host binds process.exit to the event.
const exit = process.exit.bind(process);
const { script } = require(join(directory, "main.cjs"));

process.once("message", () => {
  writeFileSync(join(directory, "host.code"), script.createCachedData());
  exit(0);
});
