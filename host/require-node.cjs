// Refuses a Node that is too old for the host, before anything that such a Node cannot read. In a
// checkout `bootstrap` requires it; in the bundle it comes first, so it costs no extra process.
"use strict";

const oldest = { major: 22, minor: 19 };

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
  process.stderr.write(
    `ERROR stdlambda: ${process.execPath} is Node ${process.versions.node}, and the host needs ${oldest.major}.${oldest.minor} or newer: put a newer one at bin/node beside bootstrap or first on PATH, or set the runtime to nodejs24.x\n`,
  );
  process.exit(1);
}
