// The runtimes of the local service.

import { createHash } from "node:crypto";
import { runtimeArn } from "../../lambda/arns.ts";
import { currentRuntimes, osOnlyRuntime, replacedRuntimes } from "../../lambda/runtimes.ts";
import { invalidParameter } from "./errors.ts";
import { shapeOf } from "./model.ts";

/** @throws ServiceError InvalidParameterValueException */
export function checkRuntime(runtime: string): void {
  if ((currentRuntimes as readonly string[]).includes(runtime)) return;
  if ((replacedRuntimes as readonly string[]).includes(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use ${osOnlyRuntime} while creating or updating functions.`,
    );
  }
  const known = shapeOf("Runtime").enum ?? [];
  if (!known.includes(runtime)) {
    throw invalidParameter(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(", ")}] or be a valid ARN`,
    );
  }
  throw invalidParameter(
    `The local service has no runtime ${runtime}; it runs ${currentRuntimes.join(", ")}. A bootstrap of your own for ${runtime} code runs as ${osOnlyRuntime}.`,
  );
}

/** In the form of AWS's ARNs, for the runtime on this machine. */
export function runtimeVersionArn(region: string, runtime: string): string {
  const hash = createHash("sha256").update(runtime).digest("hex");
  return runtimeArn(region, hash);
}
