// What functions get of the service's own environment: names on a list, and nothing else.
import { reservedVariables } from "../../lambda/reserved-variables.ts";

export interface PassedVariables {
  /** For the functions. */
  readonly variables: Readonly<Record<string, string>>;
  /** The service's environment as its environments may see it: search path, locale, settings, AWS's. */
  readonly service: NodeJS.ProcessEnv;
}

const always = ["PATH", "HOME", "LANG", "TMPDIR"];
/** Lambda's own words for the sandbox are never the operator's. */
const neverPassed = /^(?:AWS_LAMBDA_|LAMBDA_|_|AWS_EXECUTION_ENV$)/;

/** `names`: a variable each, or a beginning with `*`, such as `DB_*`. */
export function passedVariables(env: NodeJS.ProcessEnv, names: readonly string[]): PassedVariables {
  const isPassed = (name: string) =>
    !neverPassed.test(name) &&
    names.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
  const variables: Record<string, string> = {};
  const service: NodeJS.ProcessEnv = {};
  for (const [name, value = ""] of Object.entries(env)) {
    const isSetting = name.startsWith("STDLAMBDA_") && !name.startsWith("STDLAMBDA_SERVE_");
    if (always.includes(name) || isSetting || isRegion(name)) service[name] = value;
    if (!isPassed(name)) continue;
    // Credentials are reserved: functions get them as Lambda gives them, beside their own variables.
    if (name in reservedVariables || name.startsWith("AWS_")) service[name] = value;
    else variables[name] = value;
  }
  return { variables, service };
}

function isRegion(name: string): boolean {
  return name === "AWS_REGION" || name === "AWS_DEFAULT_REGION";
}
