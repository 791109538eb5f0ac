// Loaded by Node before the script of mode `prefork`: says that Node is up, waits for the event's
// environment on descriptor 3, sets it, and is gone before the first line of the script runs.
// JavaScript, because it runs before any compile cache could make TypeScript free.
// @ts-check
"use strict";

// Workers and forks of the script inherit the option that loads this file, but not the mark.
if (process.env._STDLAMBDA_PREFORK !== undefined) {
  delete process.env._STDLAMBDA_PREFORK;
  const fs = require("node:fs");
  const channel = 3;
  // What the script's first use of stdio would load and compile (2 ms). The stream that is made leads
  // nowhere: to make the script's own would put its pipes into non-blocking mode, and readFileSync(0)
  // of a large event would fail. Nothing is done with it, as that would leave work for the next tick.
  const { Socket } = require("node:net");
  require("node:stream/promises");
  new Socket();
  fs.writeSync(channel, "r");
  const message = fs.readFileSync(channel, "utf8");
  // The host is gone: no event will come.
  if (message === "") process.exit(0);
  // From here on the script may run, so the event is not given to another process any more.
  fs.writeSync(channel, "t");
  fs.closeSync(channel);
  Object.assign(process.env, JSON.parse(message));
  // `child_process.fork` hands on these options; the script's own are kept.
  const at = process.execArgv.indexOf(__filename);
  if (at > 0) process.execArgv.splice(at - 1, 2);
}
