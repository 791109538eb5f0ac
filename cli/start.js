#!/usr/bin/env -S node --
// The published command. On a Node that is too old it continues with the checkout's own, if there
// is one, or says what to install, before it loads a module that such a Node cannot read.

// npm runs a shell, and a signal that ends either does not reach the processes they have started:
// these end together with them. Without /proc only the shell is watched.
if (process.env.npm_command !== undefined) {
  const { readFileSync } = await import("node:fs");
  const above = () => {
    try {
      const stat = readFileSync(`/proc/${process.ppid}/stat`, "latin1");
      return `${process.ppid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[2]}`;
    } catch {
      return `${process.ppid}`;
    }
  };
  const before = above();
  const watch = setInterval(() => {
    if (above() === before) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 200);
  watch.unref();
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  await import("./command-line.js");
} else {
  const { existsSync } = await import("node:fs");
  const { fileURLToPath } = await import("node:url");
  const own = `${fileURLToPath(new URL("../node_modules/.bin", import.meta.url))}/node`;
  if (existsSync(own)) await run(own);
  else {
    process.stderr.write(
      `error: stdlambda needs Node 22.19 or newer, and this is ${process.versions.node}\nInstall a newer one, or put it first on PATH\n`,
    );
    process.exitCode = 1;
  }
}

/** @param {string} node */
async function run(node) {
  const { spawn } = await import("node:child_process");
  const { constants } = await import("node:os");
  const child = spawn(node, ["--", ...process.argv.slice(1)], { stdio: "inherit" });
  // Ctrl-C reaches the child by itself, and the child decides how both end.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
