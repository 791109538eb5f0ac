#!/usr/bin/env node
// The published command: refuses a Node that is too old, before a module that it cannot read.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `error: stdlambda needs Node 22.19 or newer, and this is ${process.versions.node}\nInstall a newer one, or put it first on PATH\n`,
  );
  process.exitCode = 1;
} else {
  await import("./command-line.js");
}
