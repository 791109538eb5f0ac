// `stdlambda deploy` and `stdlambda diff`: the functions declared here, on Lambda.
import { resolve } from "node:path";
import { type Deployment, deployFunction } from "../../deploy/deploy-function.ts";
import { foreignOwner, projectOf } from "../../deploy/owner.ts";
import { type WantedFunction, wantFunction } from "../../deploy/wanted-function.ts";
import { incorrectUsage } from "../../host/expected-error.ts";
import { exampleAccountId } from "../../lambda/account.ts";
import { roleArn } from "../../lambda/arns.ts";
import { declareFunctions } from "../../project/declare-functions.ts";
import type { DeclaredFunction, DeclaredFunctions } from "../../project/declared-function.ts";
import { requireDeployable, selectFunctions } from "../../project/select-functions.ts";
import { requireDirectory } from "../options/require-directory.ts";
import { projectOptions } from "../options/template-options.ts";
import { type DeploySession, withSession } from "../service/deploy-session.ts";
import { createPalette } from "../terminal/output.ts";
import { openQuestions } from "../terminal/questions.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { DeployOptions } from "./options.ts";
import { readOverrides } from "./overrides.ts";
import { deploymentAsJson, describeOutcome, describePlan } from "./report.ts";

/** With `--exit-code`, the exit status is 1 for differences, as with `git diff`. */
export async function deploy(
  names: readonly string[],
  options: DeployOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { env } = surroundings;
  const { dryRun = false } = options;
  const overrides = await readOverrides(options);
  const root = await requireDirectory(resolve(options.root));
  const project = await projectOf(root);
  return withSession(options, surroundings, async (session) => {
    const { endpoint, region, steps } = session;
    const place = `${endpoint.url ?? "AWS"}, ${region}`;
    steps.step(`${dryRun ? "Comparing with" : "Deploying to"} ${place}`);
    const declared = await declareFunctions(root, env, {
      ...projectOptions(options),
      command: "deploy",
    });
    for (const warning of declared.warnings) steps.warn(warning);
    const functions = selectFunctions(declared, names, root, env.PATH);
    refuseAmbiguity(functions, options);
    // A service on this machine checks no roles, but a new function needs one all the same.
    const roleAtCreation = endpoint.isRemote ? undefined : roleArn(exampleAccountId, "stdlambda");
    const wanted = functions.map((one) =>
      wantFunction(one, kindOf(one, declared), { project, roleAtCreation, ...overrides }),
    );
    // All functions are checked before the first of them is changed.
    for (const [at, one] of functions.entries()) {
      requireDeployable({ ...one, environment: wanted[at]?.environment.variables ?? {} });
    }
    await askForForeign(wanted, project, options, session, surroundings);
    const deployments: Deployment[] = [];
    for (const [at, one] of functions.entries()) {
      const deployment = await deployOne(one, wanted[at] as WantedFunction, options, env, session);
      deployments.push(deployment);
      if (!options.json) await print(deployment, options, session, surroundings);
    }
    if (options.json) {
      const reports = deployments.map((one) => deploymentAsJson(one, options.showValues === true));
      await session.print(`${JSON.stringify({ region, dryRun, functions: reports }, null, 2)}\n`);
    }
    const differs = deployments.some(({ plan }) => plan.action !== "none");
    return options.exitCode && differs ? 1 : 0;
  });
}

/**
 * Asks before anything is changed, about all functions that would be replaced and are not the
 * project's own.
 */
async function askForForeign(
  functions: readonly WantedFunction[],
  project: string,
  { yes, dryRun }: DeployOptions,
  session: DeploySession,
  surroundings: Surroundings,
): Promise<void> {
  if (yes) return;
  const foreign: string[] = [];
  for (const { name } of functions) {
    session.steps.step(`Reading ${name}`);
    const owner = await foreignOwner(name, project, session);
    if (owner !== undefined) foreign.push(owner);
  }
  if (foreign.length === 0) return;
  if (dryRun) {
    for (const owner of foreign) session.steps.warn(`${owner}; a deployment asks, or needs --yes`);
    return;
  }
  const { stdin, stderr } = surroundings;
  const refused = incorrectUsage(foreign, {
    remedy: "Pass --yes to deploy over it, or deploy under another name: --name NAME",
  });
  if (!stdin.isTTY || !stderr.isTTY) throw refused;
  session.steps[Symbol.dispose]();
  using questions = openQuestions(surroundings);
  const answer = await questions.ask(`${foreign.join("\n")}\nDeploy over it?`, {
    no: "change nothing",
    yes: "replace its code and settings",
  });
  if (answer === "no") throw refused;
}

function deployOne(
  declared: DeclaredFunction,
  wanted: WantedFunction,
  options: DeployOptions,
  env: NodeJS.ProcessEnv,
  session: DeploySession,
): Promise<Deployment> {
  session.about(wanted.name);
  if (declared.maxConcurrency !== undefined && declared.capacityProvider === undefined) {
    session.steps.warn(
      `${wanted.name}: maxConcurrency is for Managed Instances, which need a capacity provider; deployed without it. Set capacityProvider to the provider's ARN`,
    );
  }
  const settings = {
    package: options,
    layers: namedLayers(options.layer),
    output: resolve(options.out),
    env,
    target: session.uploadTarget(options.s3Bucket),
    dryRun: options.dryRun === true,
  };
  return deployFunction(declared, wanted, settings, session);
}

/** A function that was named by its handler is declared only by its file. */
function kindOf(one: DeclaredFunction, { functions, kind }: DeclaredFunctions) {
  return functions.includes(one) ? kind : "directory";
}

/** `none` means a list without layers. */
function namedLayers(layers: readonly string[] | undefined): readonly string[] | undefined {
  if (!layers?.includes("none")) return layers;
  if (layers.length === 1) return [];
  throw incorrectUsage("--layer none excludes any other --layer");
}

function refuseAmbiguity(
  functions: readonly DeclaredFunction[],
  { name, zip }: DeployOptions,
): void {
  if (functions.length === 1) return;
  const names = functions.map((declared) => declared.name).join(", ");
  for (const [option, value] of Object.entries({ name, zip })) {
    if (value === undefined) continue;
    throw incorrectUsage(`--${option} is for one function, and ${functions.length} were selected`, {
      remedy: `Name one of them: ${names}`,
    });
  }
}

async function print(
  deployment: Deployment,
  { quiet, showValues = false, dryRun = false }: DeployOptions,
  session: DeploySession,
  { stdout, env }: Surroundings,
): Promise<void> {
  const palette = createPalette(stdout, env);
  const { plan } = deployment;
  const shown = quiet && !dryRun ? { ...plan, changes: [] } : plan;
  await session.print(describePlan(shown, { showValues, isDone: !dryRun }, palette));
  if (!dryRun) await session.print(describeOutcome(deployment, palette));
}
