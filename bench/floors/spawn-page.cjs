// Floor: the bare client starts the page's script with Node's own spawn, with the query in its
// environment, and posts what it prints: a page without a host around it.
"use strict";

const { spawn } = require("node:child_process");
const { serve } = require("./socket-client.cjs");

const path = process.env.PATH ?? "";

serve((event, respond) => {
  const { rawQueryString } = JSON.parse(event.toString());
  const env = { PATH: path, QUERY_STRING: rawQueryString };
  const child = spawn("./page.sh", [], { env, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  /** @type {Buffer[]} */
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.on("close", () => respond(Buffer.concat(chunks)));
  child.stdin.end(event);
});
