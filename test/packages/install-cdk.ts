// Installs AWS CDK's library, with which the tests synthesise what packages/cdk makes.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { cdkFolder, cdkMarker, cdkPackages } from "./cdk-folder.ts";

if (existsSync(cdkMarker)) {
  process.stdout.write(`${cdkPackages.join(" and ")} are installed already\n`);
} else {
  await rm(cdkFolder, { recursive: true, force: true });
  await mkdir(cdkFolder, { recursive: true });
  await writeFile(join(cdkFolder, "package.json"), '{ "name": "cdk", "private": true }\n');
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", ["install", ...options, ...cdkPackages], {
    cwd: cdkFolder,
    env: {
      ...process.env,
      // npm prefers versions that fit the Node it runs on.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    },
    stdio: "inherit",
  });
  if (status === 0) {
    await writeFile(cdkMarker, "");
    process.stdout.write(`${cdkPackages.join(" and ")} are installed in ${cdkFolder}\n`);
  } else {
    process.stderr.write(`npm could not install ${cdkPackages.join(" ")}: its output is above\n`);
    process.exitCode = 1;
  }
}
