#!/usr/bin/env -S node --
// The executable: a process's streams and signals around the command line.
import { signalStatus } from "../host/signal-status.ts";
import { main } from "./main.ts";

const stop = new AbortController();
for (const [signal, status] of Object.entries(signalStatus)) {
  process.on(signal, () => stop.abort(status));
}
const { stdin, stdout, stderr, env } = process;
try {
  const surroundings = { stdin, stdout, stderr, env, signal: stop.signal };
  process.exitCode = await main(process.argv.slice(2), surroundings);
} catch (error) {
  // Everything that was started has ended by now.
  if (stop.signal.aborted) process.exitCode = stop.signal.reason;
  else throw error;
}
