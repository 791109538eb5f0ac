// The runtimes of the local service.
import { createHash } from "node:crypto";
import { invalidParameter } from "./errors.ts";
import { shapeOf } from "./model.ts";

const supported = ["provided.al2023", "nodejs22.x", "nodejs24.x", "nodejs26.x"] as const;

/** What AWS does not create or update any more, with what it recommends instead. */
const replaced = new Map([
  ["provided", "provided.al2023"],
  ["provided.al2", "provided.al2023"],
]);

/** @throws ServiceError InvalidParameterValueException */
export function checkRuntime(runtime: string): void {
  if ((supported as readonly string[]).includes(runtime)) return;
  const replacement = replaced.get(runtime);
  if (replacement !== undefined) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use ${replacement} while creating or updating functions.`,
    );
  }
  const known = shapeOf("Runtime").enum ?? [];
  if (!known.includes(runtime)) {
    throw invalidParameter(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(", ")}] or be a valid ARN`,
    );
  }
  throw invalidParameter(
    `The local service has no runtime ${runtime}; it runs ${supported.join(", ")}. A bootstrap of your own for ${runtime} code runs as provided.al2023.`,
  );
}

/** In the form of AWS's ARNs; what it stands for is the runtime of this machine. */
export function runtimeVersionArn(region: string, runtime: string): string {
  const hash = createHash("sha256").update(runtime).digest("hex");
  return `arn:aws:lambda:${region}::runtime:${hash}`;
}
