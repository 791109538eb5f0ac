// Floor: the bare client starts `cat` for each event with Node's own spawn, without any safeguards.
// It passes a small environment, because that is the cheapest way to call spawn.
"use strict";

const { spawn } = require("node:child_process");
const { serve } = require("./socket-client.cjs");

const env = { PATH: process.env.PATH ?? "" };

serve((event, respond) => {
  const child = spawn("cat", [], { env, stdio: ["pipe", "pipe", "inherit"] });
  /** @type {Buffer[]} */
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.on("close", () => respond(Buffer.concat(chunks)));
  child.stdin.end(event);
});
