// Floor: the bare client asks the same server for the event's path, over one connection of node:http,
// and posts its answer.
"use strict";

const { fork } = require("node:child_process");
const { Agent, get } = require("node:http");
const { join } = require("node:path");
const { serve } = require("./socket-client.cjs");

const port = 20_000 + (process.pid % 10_000);
const env = { ...process.env, PORT: String(port) };
const child = fork(join(__dirname, "../handlers/page-server.mjs"), [], { env });
process.on("exit", () => child.kill());
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

child.once("message", () =>
  serve((event, respond) => {
    const { rawPath, rawQueryString } = JSON.parse(event.toString());
    get({ port, agent, host: "127.0.0.1", path: `${rawPath}?${rawQueryString}` }, (answer) => {
      /** @type {Buffer[]} */
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => respond(Buffer.concat(chunks)));
    });
  }),
);
