// A declared function as its environments behind plain HTTP need it: one process with many slots.
import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import { exampleAccountId } from "../../lambda/account.ts";
import { isArn } from "../../lambda/arns.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { SandboxedFunction } from "../sandbox/sandboxed-function.ts";

export interface ServedFunction {
  readonly settings: SandboxedFunction;
  /** Whether its event is the HTTP request, and not the request's body. */
  readonly isHttp: boolean;
  /** A `bootstrap` of its own may take one event at a time. */
  readonly hasOwnRuntime: boolean;
}

export interface ServedAs {
  readonly region: string;
  /** Of one process. */
  readonly slots: number;
  /** Every function is for HTTP. */
  readonly http: boolean;
  /** Seconds; wins over what is declared. */
  readonly timeoutSeconds?: number | undefined;
  /** Beside those that are declared; they win. */
  readonly variables: Readonly<Record<string, string>>;
  /** What all functions see of the service's environment: its settings. */
  readonly service: NodeJS.ProcessEnv;
}

/** @throws ExpectedError for a layer that is not a folder. */
export function servedFunction(declared: DeclaredFunction, as: ServedAs): ServedFunction {
  const { name, root, handler, runtime } = declared;
  const variables = { ...declared.environment, ...as.variables };
  const hasOwnRuntime = runtime.startsWith("provided") && existsSync(join(root, "bootstrap"));
  return {
    isHttp: as.http || isForHttp(declared, { ...as.service, ...variables }),
    hasOwnRuntime,
    settings: {
      name,
      version: "$LATEST",
      revision: randomUUID(),
      accountId: exampleAccountId,
      region: as.region,
      handler,
      runtime,
      memoryMB: declared.memory,
      timeoutSeconds: as.timeoutSeconds ?? declared.timeout,
      variables,
      taskRoot: root,
      layers: declared.layers.map((layer) => layerFolder(layer, declared)),
      packages: undefined,
      servedInPlace: true,
      logGroup: `/aws/lambda/${name}`,
      logFormat: "json",
      applicationLogLevel: declared.applicationLogLevel,
      // What the platform says of each invocation, the access log says.
      systemLogLevel: "WARN",
      maxConcurrency: hasOwnRuntime ? undefined : as.slots,
      snapStart: false,
    },
  };
}

/** By what is declared: a function URL, a web server, or a function of the Fetch API. */
function isForHttp({ url, handler }: DeclaredFunction, variables: NodeJS.ProcessEnv): boolean {
  return (
    url !== undefined ||
    variables.STDLAMBDA_MODE === "web" ||
    variables.STDLAMBDA_CONVENTION === "fetch" ||
    /[.#]fetch$/.test(handler)
  );
}

function layerFolder(layer: string, { name, source }: DeclaredFunction): string {
  if (!isArn(layer) && statSync(layer, { throwIfNoEntry: false })?.isDirectory()) return layer;
  throw new ExpectedError(`${source}: the layer ${layer} of ${name} is not a folder`, {
    remedy: "Name the folder that holds the layer's files, or build an image with the layer in it",
  });
}
