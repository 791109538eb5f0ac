// Where AWS CDK's library is kept for the tests: 186 MB, so not among the project's dependencies.
import { join } from "node:path";

/** Made by `node test/packages/install-cdk.ts`. */
export const cdkFolder = join(import.meta.dirname, "../../node_modules/.cache/cdk");

/** Exact, so that a day's release does not decide on a test. */
export const cdkPackages = ["aws-cdk-lib@2.276.0", "constructs@10.8.1"] as const;

/** Written last: its being there says that all the rest is. */
export const cdkMarker = join(cdkFolder, `installed-${cdkPackages.join("-").replaceAll("@", "-")}`);
