// The variables that a function should have: wanted ones, kept ones, and the one that starts the
// host.
import { isLanguageRuntime } from "../lambda/runtimes.ts";
import type { WantedEnvironment } from "./wanted-function.ts";

type Variables = Readonly<Record<string, string>>;

const wrapperVariable = "AWS_LAMBDA_EXEC_WRAPPER";
/** Where the host's bootstrap is: in a layer, or in the function's own package. */
const ownWrappers = { layer: "/opt/bootstrap", function: "/var/task/bootstrap" } as const;

export type HostPlace = keyof typeof ownWrappers | "none";

export interface MergedEnvironment {
  readonly variables: Variables;
  readonly warning?: string;
}

/**
 * `runtime` of AWS's own kind (nodejs24.x, python3.13) starts the host by a wrapper variable, an OS-only one
 * finds `bootstrap` itself. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
 */
export function mergeEnvironment(
  { variables, rule, unknown }: WantedEnvironment,
  current: Variables,
  { runtime, host }: { runtime: string; host: HostPlace },
): MergedEnvironment {
  const merged: Record<string, string> =
    rule === "merge" ? { ...current, ...variables } : { ...kept(current, unknown), ...variables };
  const startsByWrapper = runtime.startsWith("nodejs") || isLanguageRuntime(runtime);
  const wanted = startsByWrapper && host !== "none" ? ownWrappers[host] : undefined;
  const present = merged[wrapperVariable];
  const isOwn = present === undefined || Object.values<string>(ownWrappers).includes(present);
  if (wanted === undefined) {
    if (isOwn && variables[wrapperVariable] === undefined) delete merged[wrapperVariable];
    return { variables: merged };
  }
  if (isOwn) return { variables: { ...merged, [wrapperVariable]: wanted } };
  return {
    variables: merged,
    warning: `${wrapperVariable} is ${present}, so ${runtime} does not start stdlambda's host; let that wrapper end by starting ${wanted}, or remove the variable`,
  };
}

function kept(current: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(Object.entries(current).filter(([name]) => names.includes(name)));
}

/** Settings of the host are shown as they are; any other value may be a password. */
export function isSecretVariable(name: string): boolean {
  return !name.startsWith("STDLAMBDA_") && name !== wrapperVariable;
}
