// A CDK app in a folder of its own, where a stand-in or the real stdlambda is installed.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { cdkFolder, cdkMarker } from "./cdk-folder.ts";

const checkout = join(import.meta.dirname, "../..");

/** Why there is nothing to test with; a failure where CI is `true`. */
export function missingCdk(): string | false {
  if (existsSync(cdkMarker)) return false;
  const reason = "AWS CDK is not installed: node test/packages/install-cdk.ts";
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

/**
 * Lays `node_modules` into the folder: CDK's library, our constructs from source, and the given
 * package in the place of stdlambda. What lies below node_modules is not stripped of its types, so
 * the constructs lie in `constructs/`, and are linked by their name.
 */
export function installApp(folder: string, stdlambda: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@stdlambda"), { recursive: true });
  for (const name of ["aws-cdk-lib", "constructs"]) {
    symlinkSync(join(cdkFolder, "node_modules", name), join(modules, name));
  }
  mkdirSync(join(modules, "@types"), { recursive: true });
  symlinkSync(join(checkout, "node_modules/@types/node"), join(modules, "@types/node"));
  symlinkSync(stdlambda, join(modules, "stdlambda"));
  const constructs = join(folder, "constructs");
  cpSync(join(checkout, "packages/cdk"), constructs, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(constructs, "package.json"), "utf8"));
  manifest.exports["."] = "./src/index.ts";
  writeFileSync(join(constructs, "package.json"), JSON.stringify(manifest));
  symlinkSync("../../constructs", join(modules, "@stdlambda/cdk"));
}

/** Runs the app and gives the folder of its cloud assembly; rejects with what it said. */
export async function synthesise(folder: string, app: string): Promise<string> {
  const output = join(folder, "cdk.out");
  await execa(process.execPath, [app], {
    cwd: folder,
    extendEnv: false,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(":"),
      HOME: folder,
      CDK_OUTDIR: output,
      CDK_DEFAULT_REGION: "us-east-1",
      JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: "1",
    },
    timeout: 100_000,
  });
  return output;
}
