// A package that stdlambda builds while the app is synthesised, as an asset of CDK.
import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AssetHashType, BundlingOutput, DockerImage, type ILocalBundling } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import { runStdlambda } from "./command.ts";

/**
 * Runs `stdlambda ARGS --out FOLDER` in `directory` and returns the zip. Its bytes depend only on
 * its content, so its hash says whether there is anything to deploy.
 */
export function builtCode(directory: string, args: readonly string[]): AssetCode {
  const path = resolve(directory);
  return Code.fromAsset(path, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: the local bundling below builds, or throws.
      image: DockerImage.fromRegistry("scratch"),
      // Never run; CDK uses it to distinguish assets of the same folder, and functions do not
      // count.
      command: [...args],
      outputType: BundlingOutput.ARCHIVED,
      local: localBundling(path, args),
    },
  });
}

function localBundling(directory: string, args: readonly string[]): ILocalBundling {
  return {
    tryBundle(output) {
      // Beside the output: a rename does not leave the disk.
      const folder = mkdtempSync(join(dirname(output), "stdlambda-"));
      try {
        runStdlambda(directory, [...args, "--out", folder]);
        const zips = readdirSync(folder).filter((name) => name.endsWith(".zip"));
        const [zip] = zips;
        if (zip === undefined || zips.length > 1) {
          throw new Error(`stdlambda ${args.join(" ")} made ${zips.length} zip files, not one`);
        }
        renameSync(join(folder, zip), join(output, zip));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      return true;
    },
  };
}
